"""Summaries of a folder as one HTML page that needs nothing else: it opens offline.

The page carries a policy that forbids scripts and every request, so that nothing that a document
or a model has written can do more than be read. Citations lead to the page of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from docmind.export.answer_words import words_of
from docmind.export.markdown import where
from docmind.export.plain import one_line
from docmind.export.summary_markdown import section_pages
from docmind.export.summary_records import SummaryRecord
from docmind.export.summary_words import SummaryWords, named_facts, summary_words
from docmind.export.what_was_read import what_was_read
from docmind.model import Kind, Point
from docmind.numbers import counted

_STYLE = """\
:root{color-scheme:light dark;--line:#8884;--soft:#7779}
body{font:16px/1.55 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.25rem;border-top:1px solid var(--line);padding-top:1.2rem}
h3{font-size:1rem;margin-bottom:.2rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);
vertical-align:top}ul{padding-left:1.3rem}a{text-decoration:none}a:hover{text-decoration:underline}
.soft{opacity:.7;font-size:.9em}.bad{color:#b3261e}q{quotes:none}
li:target{background:#fd06}summary{cursor:pointer;margin:.6rem 0}
@media print{details>*{display:block}}
"""
_HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
<title>{title}</title><style>{style}</style></head><body>
<h1>{title}</h1>
"""


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
    yield _HEAD.format(title=_text(title), style=_STYLE)
    yield from _contents(listed)
    good = ((number, each) for number, each in enumerate(listed, 1) if not each.error)
    for (number, each), record in zip(good, records, strict=True):
        yield from _document(number, each, record)
    yield "</body></html>\n"


def _contents(listed: Sequence[Listed]) -> Iterator[str]:
    bad = sum(bool(each.error) for each in listed)
    note = f', <span class="bad">{bad:,} without a summary</span>' if bad else ""
    yield f'<p class="soft">{counted(len(listed), "document")}{note}</p>\n<table>\n'
    for number, each in enumerate(listed, 1):
        name = _text(each.path)
        cells = f'<td><a href="#d{number}">{name}</a></td><td></td>'
        if each.error:
            cells = f'<td>{name}</td><td class="bad">{_text(each.error)}</td>'
        yield f"<tr>{cells}</tr>\n"
    yield "</table>\n"


def _document(number: int, listed: Listed, record: SummaryRecord) -> Iterator[str]:
    words, language = summary_words(record.language), record.language
    document, here = record.document, f"d{number}"
    name = _link(_text(document.path), listed.source)
    yield f'<section lang="{_text(language)}">\n'
    yield f'<h2 id="{here}">{_text(document.title or document.path)}</h2>\n'
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
    yield f'<p class="soft">{_text(_footer(record))}</p>\n'
    for warning in record.warnings:
        yield f'<p class="bad">{words.warning} {_text(warning)}</p>\n'
    yield "</section>\n"


def _sections(record: SummaryRecord, here: str, words: SummaryWords) -> Iterator[str]:
    if not record.sections:
        return
    yield f"<details><summary>{words.sections}</summary>\n"
    for section in record.sections:
        pages = section_pages(section, record.language)
        yield f'<h3>{_text(section.title)} <span class="soft">{_text(pages)}</span></h3>\n'
        yield _points(section.points, here, words)
    yield "</details>\n"


def _facts(record: SummaryRecord, here: str, words: SummaryWords) -> Iterator[str]:
    for heading, facts in named_facts(record.facts, words):
        yield f"<details><summary>{heading} ({len(facts)})</summary>\n<table>\n"
        for fact in facts:
            kind = f'<td class="soft">{_text(fact.kind)}</td>'
            marks = _marks(fact.citations, here)
            yield f"<tr><td>{_text(fact.value)}</td>{kind}<td>{marks}</td></tr>\n"
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
        place = _link(_text(where(citation, record.language)), listed.source, page)
        status = words_of(record.language).statuses[citation.status]
        yield (
            f'<li id="{here}c{citation.number}" value="{citation.number}">{place} '
            f'<span class="soft">({_text(status)})</span>: <q>{_text(citation.quote)}</q></li>\n'
        )
    yield "</ol></details>\n"


def _points(points: Iterable[Point], here: str, words: SummaryWords) -> str:
    items = "".join(
        f"<li>{_text(point.text)} {_marks(point.citations, here)}"
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


def _link(text: str, source: str, page: int | None = None) -> str:
    """A link to a file, whose name may have any character."""
    if not source:
        return text
    href = quote(source) + (f"#page={page}" if page is not None else "")
    # A relative path whose first part has a colon would be taken for a scheme: javascript:…
    return f'<a href="{href if href.startswith(("/", ".")) else f"./{href}"}">{text}</a>'


def _text(text: str) -> str:
    return escape(one_line(text))
