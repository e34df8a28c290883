"""Turns of the screen as turns of a session, and back again."""

from __future__ import annotations

from docmind.answers.events import Answered
from docmind.answers.options import AskOptions, Stretch
from docmind.model import Outcome, Scope, Session, SessionTurn
from docmind.tui.conversation import Notice, Turn, TurnState
from docmind.tui.markdown import MarkdownText
from docmind.tui.request import Request

_OUTCOMES = {
    TurnState.WAITING: Outcome.OPEN,
    TurnState.RUNNING: Outcome.OPEN,
    TurnState.DONE: Outcome.DONE,
    TurnState.STOPPED: Outcome.STOPPED,
    TurnState.FAILED: Outcome.FAILED,
}


def as_kept(turn: Turn) -> SessionTurn:
    """A turn as it is written; its number is 0 where only the session knows it."""
    return SessionTurn(
        number=turn.number,
        question=turn.question,
        asked=turn.asked,
        outcome=_OUTCOMES[turn.state],
        answer=turn.answer,
        text=str(turn.text) or "\n\n".join(claim.text for claim in turn.claims),
        error=turn.error,
        rating=turn.rating,
        correction=turn.correction,
    )


def scope_of(request: Request | None) -> Scope | None:
    """What is kept of a request beside its words; nothing where they say all of it."""
    if request is None or not request.by_key:
        return None
    pages, stretch = request.options.pages, request.stretch
    return Scope(
        request.text,
        request.documents,
        (pages[0], pages[-1]) if pages else None,
        stretch.title if stretch is not None else "",
        (stretch.begin, stretch.end) if stretch is not None else None,
    )


def _request_of(words: str, scope: Scope | None) -> Request | None:
    """A request of an earlier run, to be asked again."""
    if scope is None:
        return None
    if scope.stretch is not None:
        stretch = Stretch(scope.documents[0], scope.title, *scope.stretch)
        return Request(words, scope.text, stretch=stretch, by_key=True)
    pages = range(scope.pages[0], scope.pages[1] + 1) if scope.pages is not None else None
    options = AskOptions(documents=scope.documents, pages=pages)
    return Request(words, scope.text, options, by_key=True)


def restored(index: int, kept: SessionTurn) -> Turn:
    """A turn of an earlier run, as it looked when it was over."""
    turn = Turn(index, kept.question, asked=kept.asked, number=kept.number)
    if kept.answer is not None:
        turn.take(Answered(kept.answer))
    elif kept.text:
        turn.text = MarkdownText(kept.text)
    if kept.outcome is Outcome.FAILED:
        turn.fail(kept.error, "")
    elif kept.answer is None:
        turn.stop()
    turn.rating, turn.correction = kept.rating, kept.correction
    turn.request = _request_of(kept.question, kept.scope)
    return turn


def boundary(session: Session, changed: tuple[str, ...]) -> Notice:
    """What stands between what was asked before and what is asked now."""
    when = session.updated.astimezone()
    message = f"Asked before; the last time on {when:%Y-%m-%d at %H:%M}."
    hint = f"docmind export {session.id} writes it out; docmind sessions --forget {session.id}"
    if changed:
        names = ", ".join(changed)
        message += f" Since then {names} has changed: what was cited may stand elsewhere now."
    return Notice(len(session.turns), message, hint, calm=not changed)
