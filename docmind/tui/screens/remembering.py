"""What was asked before comes back, and what the reader thinks of an answer is kept."""

from __future__ import annotations

from textual import on

from docmind.model import Rating, Session, SessionDocument
from docmind.model import Turn as Said
from docmind.tui.kept import boundary, restored
from docmind.tui.messages import AllRead, KeepingFailed, MoreOpened, SessionFound
from docmind.tui.screens.answering import AnsweringScreen

_WORTH = {Rating.UP: "Kept as a good answer", Rating.DOWN: "Kept as a bad answer"}


class RememberingScreen(AnsweringScreen):
    """Brings a conversation back, and goes on with it."""

    _opened: tuple[SessionDocument, ...] = ()
    """What was given, then what was opened beside it; a folder is one of them."""
    _of_before: tuple[SessionDocument, ...] = ()
    """What the session was about that came back."""

    @on(AllRead)
    def _find_session(self, event: AllRead) -> None:
        self._opened = event.opened
        self._keeping.begin(event.opened)

    @on(MoreOpened)
    def _widen_session(self, event: MoreOpened) -> None:
        if self._opened:
            self._keeping.opened(event.opened)
        else:
            self._keeping.begin(event.opened)
        self._opened += event.opened
        self.mark_citations()  # what came back may cite it

    @on(SessionFound)
    def _restore(self, event: SessionFound) -> None:
        session = event.session
        if len(self._conversation):
            # What is being asked has its place already, and nothing may move under the reader.
            self._conversation.note(
                "What was asked about this before is kept.", f"docmind export {session.id}"
            )
        elif session.turns:
            turns = [restored(index, kept) for index, kept in enumerate(session.turns)]
            self._of_before = session.documents
            self._conversation.restore(turns, boundary(session, event.changed))
            self._work.remember(_said(session))
            self.prompt.remember(turn.question for turn in session.turns)
            self.remove_class("-fresh")
            self.answers.follow()
            self.mark_citations()
            self.invite()
        self.answers.update()

    @on(KeepingFailed)
    def _tell_nothing_is_kept(self, event: KeepingFailed) -> None:
        self._conversation.note(event.message, event.hint)
        self.answers.update()

    def action_rate(self, worth: str) -> None:
        """Say what the selected answer is worth; the same again takes it back."""
        turn = self.answers.turn
        if turn is None or turn.answer is None:
            self.say("There is no answer to rate yet")
            return
        rating = Rating(worth)
        turn.rating = None if turn.rating is rating else rating
        turn.version += 1
        self._keeping.changed(turn)
        self.say("The rating was taken back" if turn.rating is None else _WORTH[rating])
        self.answers.update()


def _said(session: Session) -> tuple[Said, ...]:
    """The answers that came to their end, for questions that follow up on them."""
    answers = ((turn.question, turn.answer) for turn in session.turns)
    return tuple(
        Said(question, answer.text)
        for question, answer in answers
        if answer is not None and answer.text and not answer.partial
    )
