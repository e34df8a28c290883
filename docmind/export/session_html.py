"""A session as one HTML page: questions, answers, and under each its evidence.

What a model writes stands there as its own Markdown, unrendered: a page that renders what
documents may have told a model to write would have to be trusted, this one need not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from re import Match

from docmind.export.answer_words import words_of
from docmind.export.html_page import END, beginning, line
from docmind.export.markdown import MARK, place
from docmind.export.plain import neutralized
from docmind.export.session_markdown import ENDED, RATED
from docmind.export.what_was_read import what_was_read
from docmind.model import Answer, Citation, Outcome, Session, SessionTurn


def session_html(session: Session) -> str:
    """The session, whole."""
    return "".join(_pieces(session))


def _pieces(session: Session) -> Iterator[str]:
    yield beginning(", ".join(each.name for each in session.documents) or session.id)
    begun = f"{session.created:%Y-%m-%d %H:%M} UTC"
    yield f'<p class="soft">docmind session {line(session.id)}, begun {begun}</p>\n<ol>\n'
    for turn in session.turns:
        yield f'<li><a href="#q{turn.number}">{line(turn.question)}</a></li>\n'
    yield "</ol>\n"
    for turn in session.turns:
        yield from _turn(turn)
    yield END


def _turn(turn: SessionTurn) -> Iterator[str]:
    answer = turn.answer
    language = "en" if answer is None else answer.language
    here = f"q{turn.number}"
    yield f'<section lang="{language}">\n'
    yield f'<h2 id="{here}">{turn.number}. {line(turn.question)}</h2>\n'
    if answer is not None:
        yield from _said(answer, here)
    elif turn.text:
        yield f'<p class="said">{escape(neutralized(turn.text.strip()))}</p>\n'
    if turn.outcome is not Outcome.DONE:
        yield f'<p class="bad">{line(ENDED[turn.outcome].format(turn.error))}</p>\n'
    if turn.rating is not None:
        yield f'<p class="soft">{RATED[turn.rating]}</p>\n'
    if turn.correction:
        yield f"<p><b>The reader's answer:</b> {line(turn.correction)}</p>\n"
    if answer is not None:
        yield from _of_answer(answer, here)
    yield "</section>\n"


def _said(answer: Answer, here: str) -> Iterator[str]:
    """The answer's words; a mark leads to its source."""
    known = {citation.number for citation in answer.citations}
    if answer.engine.model or not answer.claims:
        yield f'<div class="said">{_marked(answer.text.strip(), known, here)}</div>\n'
        return
    for claim in answer.claims:
        marks = "".join(f"[{number}]" for number in claim.citations)
        said = escape(neutralized(claim.text))
        shown = f"<pre>{said}</pre>" if claim.code else said
        yield f"<p>{shown} {_marked(marks, known, here)}</p>\n"


def _of_answer(answer: Answer, here: str) -> Iterator[str]:
    words = words_of(answer.language)
    if answer.citations:
        yield f"<details open><summary>{words.sources}</summary>\n<ol>\n"
        for citation in answer.citations:
            yield _source(citation, answer, here)
        yield "</ol></details>\n"
    unsupported = [claim for claim in answer.claims if not claim.supported]
    if unsupported:
        items = "".join(f"<li>{line(claim.text)}</li>\n" for claim in unsupported)
        yield f'<p class="bad">{words.not_found}</p>\n<ul>\n{items}</ul>\n'
    engine = answer.engine
    name = f"{engine.name} ({engine.model})" if engine.model else engine.name
    read = what_was_read(answer.ledger, answer.language)
    yield f'<p class="soft">{line(name)}: {line(read)}</p>\n'
    for warning in answer.warnings:
        yield f'<p class="bad">{words.warning} {line(warning)}</p>\n'


def _source(citation: Citation, answer: Answer, here: str) -> str:
    where = line(place(citation, answer.language))
    status = line(words_of(answer.language).statuses[citation.status])
    scanned = ", OCR" if citation.ocr else ""
    quoted = f"<q>“{line(citation.quote)}”</q>"
    if citation.code:
        quoted = f"<pre>{escape(neutralized(citation.quote))}</pre>"
    return (
        f'<li id="{here}c{citation.number}" value="{citation.number}">{where} '
        f'<span class="soft">({status}{scanned})</span>: {quoted}</li>\n'
    )


def _marked(text: str, known: set[int], here: str) -> str:
    """Text with its marks as links to the sources that there are."""

    def linked(match: Match[str]) -> str:
        number = int(match.group(1))
        if number not in known:
            return match.group()
        return f'<a href="#{here}c{number}">[{number}]</a>'

    return MARK.sub(linked, escape(neutralized(text)))
