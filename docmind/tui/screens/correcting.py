"""What an answer should have said, and what was asked before in any session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from docmind.model import Rating, SessionDocument
from docmind.tui.messages import CommandGiven
from docmind.tui.screens.reading import ReadingScreen

if TYPE_CHECKING:
    from docmind.tui.screens.history import Wish

CORRECTION = "correction"
"""The command bar's purpose."""

LONGEST_CORRECTION = 4_000


class CorrectingScreen(ReadingScreen):
    """Keeps corrections, and looks into the history."""

    _corrected = 0

    def action_rate(self, worth: str) -> None:
        """As before; a bad answer may be put right, which esc leaves."""
        super().action_rate(worth)
        turn = self.answers.turn
        if turn is not None and turn.rating is Rating.DOWN and worth == Rating.DOWN:
            self._corrected = turn.id
            hint = "what should it have said? enter keeps it, esc leaves it"
            self._open_bar(CORRECTION, "should say", hint)

    @on(CommandGiven)
    def _correct(self, event: CommandGiven) -> None:
        if event.purpose != CORRECTION:
            return
        turn = self._conversation[self._corrected]
        turn.correction = event.text[:LONGEST_CORRECTION]
        turn.version += 1
        self._keeping.changed(turn)
        self.answers.update()
        self.return_to_pane()
        self.say("The correction is kept with the answer")

    def return_to_pane(self) -> None:
        """Back to the pane that had the focus before the command bar."""
        before = self._before_bar
        self.look_at(before.id if before is not None and before.id else "prompt")

    def action_history(self) -> None:
        """All that was asked before."""
        self.show_history("")

    def show_history(self, words: str) -> None:
        """What was asked before, limited to what mentions these words."""
        from docmind.tui.screens.history import HistoryScreen

        screen = HistoryScreen(self._work, words)
        self.app.push_screen(screen, self._grant)

    def _grant(self, wish: Wish | None) -> None:
        """What the reader wants of a question of the history."""
        if wish is None:
            return
        if not wish.opens:
            self.look_at("prompt")
            self.prompt.offer(wish.turn.question)
            return
        for each in wish.session.documents:
            index = self._index_of(each)
            if index is None:
                self._work.open(Path(each.path))
            else:
                self.bring(index)
        self.look_at("document")

    def _index_of(self, document: SessionDocument) -> int | None:
        """Where it stands on the shelf, a folder's first file for the folder; None: nowhere."""
        if document.sha256:
            return self._shelf.index_of_file(document.path, document.sha256)
        folders = {
            path.resolve() for path in (*self._paths, *(Path(d.path) for d in self._opened))
        }
        folder = Path(document.path)
        if not folders & {folder, *folder.parents}:
            return None
        return self._shelf.index_below(folder)
