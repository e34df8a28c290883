"""Summaries of a folder as one HTML page that needs nothing else: it opens offline.

Citations lead to the page of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from docmind.export.answer_words import words_of
from docmind.export.html_page import END, beginning, line, link
from docmind.export.markdown import where
from docmind.export.summary_markdown import section_pages
from docmind.export.summary_records import SummaryRecord
from docmind.export.summary_words import SummaryWords, named_facts, summary_words
from docmind.export.what_was_read import what_was_read
from docmind.model import Kind, Point
from docmind.numbers import counted


@dataclass(frozen=True, slots=True)
class Listed:
    """An input of the report; `error` is why it has no summary, `source` where its file lies.

    `source` is relative to the page. Empty: no link.
    """

    path: str
    source: str
    error: str = ""


def html_report(
    title: str, listed: Sequence[Listed], records: Iterable[SummaryRecord]
) -> Iterator[str]:
    """The page in pieces. `records` are those of the inputs without an error, in their order.

    They are taken one by one, so that the page of thousands of documents fits any memory.
    """
    yield beginning(title)
    yield from _contents(listed)
    good = ((number, each) for number, each in enumerate(listed, 1) if not each.error)
    for (number, each), record in zip(good, records, strict=True):
        yield from _document(number, each, record)
    yield END


def _contents(listed: Sequence[Listed]) -> Iterator[str]:
    bad = sum(bool(each.error) for each in listed)
    note = f', <span class="bad">{bad:,} without a summary</span>' if bad else ""
    yield f'<p class="soft">{counted(len(listed), "document")}{note}</p>\n<table>\n'
    for number, each in enumerate(listed, 1):
        name = line(each.path)
        cells = f'<td><a href="#d{number}">{name}</a></td><td></td>'
        if each.error:
            cells = f'<td>{name}</td><td class="bad">{line(each.error)}</td>'
        yield f"<tr>{cells}</tr>\n"
    yield "</table>\n"


def _document(number: int, listed: Listed, record: SummaryRecord) -> Iterator[str]:
    words, language = summary_words(record.language), record.language
    document, here = record.document, f"d{number}"
    name = link(line(document.path), listed.source)
    yield f'<section lang="{line(language)}">\n'
    yield f'<h2 id="{here}">{line(document.title or document.path)}</h2>\n'
    yield f'<p class="soft">{name}, {counted(document.pages, "page", language)}</p>\n'
    for heading, points in (
        (words.overview, record.overview),
        (words.key_points, record.key_points),
    ):
        if points:
            yield f"<h3>{heading}</h3>\n{_points(points, here, words)}"
    yield from _sections(record, here, words)
    yield from _facts(record, here, words)
    yield from _sources(record, listed, here, words)
    yield f'<p class="soft">{line(_footer(record))}</p>\n'
    for warning in record.warnings:
        yield f'<p class="bad">{words.warning} {line(warning)}</p>\n'
    yield "</section>\n"


def _sections(record: SummaryRecord, here: str, words: SummaryWords) -> Iterator[str]:
    if not record.sections:
        return
    yield f"<details><summary>{words.sections}</summary>\n"
    for section in record.sections:
        pages = section_pages(section, record.language)
        yield f'<h3>{line(section.title)} <span class="soft">{line(pages)}</span></h3>\n'
        yield _points(section.points, here, words)
    yield "</details>\n"


def _facts(record: SummaryRecord, here: str, words: SummaryWords) -> Iterator[str]:
    for heading, facts in named_facts(record.facts, words):
        yield f"<details><summary>{heading} ({len(facts)})</summary>\n<table>\n"
        for fact in facts:
            kind = f'<td class="soft">{line(fact.kind)}</td>'
            marks = _marks(fact.citations, here)
            yield f"<tr><td>{line(fact.value)}</td>{kind}<td>{marks}</td></tr>\n"
        yield "</table></details>\n"


def _sources(
    record: SummaryRecord, listed: Listed, here: str, words: SummaryWords
) -> Iterator[str]:
    if not record.citations:
        return
    yield f"<details open><summary>{words.sources}</summary>\n<ol>\n"
    kind = record.document.kind
    for citation in record.citations:
        page = citation.page if kind == Kind.PDF else None
        place = link(line(where(citation, record.language)), listed.source, page)
        status = words_of(record.language).statuses[citation.status]
        yield (
            f'<li id="{here}c{citation.number}" value="{citation.number}">{place} '
            f'<span class="soft">({line(status)})</span>: <q>{line(citation.quote)}</q></li>\n'
        )
    yield "</ol></details>\n"


def _points(points: Iterable[Point], here: str, words: SummaryWords) -> str:
    items = "".join(
        f"<li>{line(point.text)} {_marks(point.citations, here)}"
        + ("" if point.supported else f' <span class="bad">({words.not_found})</span>')
        + "</li>\n"
        for point in points
    )
    return f"<ul>\n{items}</ul>\n"


def _marks(citations: Iterable[int], here: str) -> str:
    return "".join(f'<a href="#{here}c{number}">[{number}]</a>' for number in citations)


def _footer(record: SummaryRecord) -> str:
    engine = record.engine
    name = f"{engine.name} ({engine.model})" if engine.model else engine.name
    return f"{name}: {what_was_read(record.ledger, record.language)}"
