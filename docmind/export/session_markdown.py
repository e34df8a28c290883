"""A session as Markdown: every question with its answer, and the evidence as footnotes.

Footnotes are numbered by question and citation ([^3-1]), because each answer counts from 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from docmind.export.answer_words import words_of
from docmind.export.markdown import (
    answer_footer,
    answer_text,
    escaped,
    listing,
    literal,
    not_confirmed,
    place,
    verified_marks,
)
from docmind.export.plain import one_line
from docmind.model import Answer, Citation, Outcome, Rating, Session, SessionTurn

ENDED = {
    Outcome.OPEN: "docmind ended before the answer did.",
    Outcome.STOPPED: "The answer was stopped.",
    Outcome.FAILED: "The answer failed: {}",
}
RATED = {Rating.UP: "Rated: good.", Rating.DOWN: "Rated: not good."}


def session_markdown(session: Session) -> str:
    """The session, whole; everything that comes from documents is escaped."""
    names = ", ".join(each.name for each in session.documents)
    parts = [f"# {escaped(one_line(names))}"]
    parts.append(f"*docmind session {session.id}, begun {session.created:%Y-%m-%d %H:%M} UTC*")
    for turn in session.turns:
        parts.extend(_turn(turn))
    return "\n\n".join(parts) + "\n"


def _turn(turn: SessionTurn) -> Iterator[str]:
    yield f"## {turn.number}. {escaped(one_line(turn.question))}"
    answer = turn.answer
    if answer is not None:
        yield answer_text(answer, f"[^{turn.number}-{{}}]").strip()
        yield from _said_of(answer)
    elif turn.text:
        yield escaped(turn.text.strip())
    if turn.outcome is not Outcome.DONE:
        yield f"**{ENDED[turn.outcome].format(escaped(one_line(turn.error)))}**"
    if turn.rating is not None:
        yield f"*{RATED[turn.rating]}*"
    if turn.correction:
        yield f"*The reader's answer:* {escaped(turn.correction.strip())}"
    if answer is not None:
        yield from (_footnote(turn.number, each, answer) for each in answer.citations)


def _said_of(answer: Answer) -> Iterator[str]:
    """What has no evidence, what was read, and what to know of it."""
    words = words_of(answer.language)
    yield from not_confirmed(answer.claims, f"### {words.not_found}")
    yield answer_footer(answer)
    for warning in answer.warnings:
        yield f"**{words.warning}** {escaped(one_line(warning))}"


def _footnote(turn: int, citation: Citation, answer: Answer) -> str:
    """The words of the source, and where they stand."""
    where = escaped(one_line(place(citation, answer.language)))
    marks = verified_marks(citation, words_of(answer.language))
    head = f"[^{turn}-{citation.number}]: {where}{marks}"
    if citation.code:
        return f"{head}\n\n{listing(citation.quote, indent=4)}"
    return f"{head}: “{literal(one_line(citation.quote))}”"
