"""A summary as Markdown: what is told, the facts, and the numbered sources of both.

It is made of the record, so that it can be made at any later time of the JSON that is kept.
Everything that comes from a document or a model is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docmind.export.answer_words import words_of
from docmind.export.markdown import escaped, literal, where
from docmind.export.plain import one_line
from docmind.export.summary_records import SummaryRecord
from docmind.export.summary_words import SummaryWords, named_facts, summary_words
from docmind.export.what_was_read import what_was_read
from docmind.model import Citation, Fact, Point, SectionPoints
from docmind.numbers import counted, page_list


def summary_markdown(record: SummaryRecord) -> str:
    """The page of one document."""
    return "\n\n".join(_parts(record)) + "\n"


def _parts(record: SummaryRecord) -> Iterator[str]:
    words, language = summary_words(record.language), record.language
    document = record.document
    yield f"# {_plain(document.title or document.path)}"
    pages = counted(document.pages, "page", language)
    yield f"*{_plain(document.path)}, {pages}*"
    yield from _told(words.overview, record.overview, words)
    yield from _told(words.key_points, record.key_points, words)
    if record.sections:
        yield f"## {words.sections}"
    for section in record.sections:
        yield f"### {_plain(section.title)} ({section_pages(section, language)})"
        yield _points(section.points, words)
    for heading, facts in named_facts(record.facts, words):
        yield f"## {heading}"
        yield "\n".join(_fact(fact) for fact in facts)
    if record.citations:
        yield f"## {words.sources}"
        yield from (_source(citation, language) for citation in record.citations)
    yield f"*{_engine(record)}: {escaped(what_was_read(record.ledger, language))}*"
    for warning in record.warnings:
        yield f"**{words.warning}** {_plain(warning)}"


def section_pages(section: SectionPoints, language: str) -> str:
    """Which pages a section has."""
    return page_list(range(section.first_page, section.last_page + 1), language)


def _told(heading: str, points: Iterable[Point], words: SummaryWords) -> Iterator[str]:
    text = _points(points, words)
    if text:
        yield f"## {heading}"
        yield text


def _points(points: Iterable[Point], words: SummaryWords) -> str:
    return "\n".join(
        f"- {literal(one_line(point.text))} {marks(point.citations)}".rstrip()
        + ("" if point.supported else f" *({words.not_found})*")
        for point in points
    )


def _fact(fact: Fact) -> str:
    kind = f" ({_plain(fact.kind)})" if fact.kind else ""
    return f"- {literal(one_line(fact.value))}{kind} {marks(fact.citations)}".rstrip()


def marks(citations: Iterable[int]) -> str:
    """Numbers of citations as they stand behind what they support."""
    return "".join(f"[{number}]" for number in citations)


def _source(citation: Citation, language: str) -> str:
    status = words_of(language).statuses[citation.status]
    place = _plain(where(citation, language))
    quote = literal(one_line(citation.quote))
    return f"{citation.number}. {place} ({status}): {quote}"


def _engine(record: SummaryRecord) -> str:
    engine = record.engine
    return _plain(f"{engine.name} ({engine.model})" if engine.model else engine.name)


def _plain(text: str) -> str:
    return escaped(one_line(text))
