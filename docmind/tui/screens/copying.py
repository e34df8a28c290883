"""Answers and passages to the clipboard, the conversation into a file.

What is copied goes into a file of docmind's folder too, because a terminal does not say whether it
has taken it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from textual import on
from textual.widgets import Input, TextArea

from docmind.disk import exists
from docmind.errors import DocmindError, UsageError
from docmind.model import Answer, Session, SessionDocument
from docmind.tui.kept import as_kept
from docmind.tui.messages import ClipboardRefused, CommandGiven, Said
from docmind.tui.screens.correcting import CorrectingScreen

EXPORT = "export"
"""The command bar's purpose."""

_NOT_KEPT = "not kept"


class CopyingScreen(CorrectingScreen):
    """Gives text away: copies and exports."""

    @on(Said)
    def _pass_on(self, event: Said) -> None:
        self.say(event.text)

    def action_interrupt(self) -> None:
        """Copy what is selected; else stop the answer; else quit at the second press."""
        field = self.focused
        chosen = field.selected_text if isinstance(field, Input | TextArea) else ""
        chosen = chosen or self.get_selected_text() or ""
        if chosen:
            self.copy(chosen, "last-copy.txt")
        elif self.stop_answer():
            self.say("Stopped")
        elif self._quitting:
            self.app.exit()
        else:
            self._quitting = True
            self.say(f"Press {self.hint_keys.interrupt} again to quit")

    def action_copy_answer(self) -> None:
        """The newest answer as Markdown, from wherever the focus is."""
        self._copy(self._conversation.last_answer, plain=False)

    def copy_answer(self, *, plain: bool) -> None:
        """The selected answer, as Markdown with its sources or as plain text."""
        turn = self.answers.turn
        self._copy(turn.answer if turn is not None else None, plain=plain)

    def _copy(self, answer: Answer | None, *, plain: bool) -> None:
        if answer is None:
            self.say("There is no answer to copy yet")
        elif plain:
            from docmind.tui.plain_answer import plain_answer

            self.copy(plain_answer(answer), "last-copy.txt")
        else:
            from docmind.export.markdown import answer_markdown

            self.copy(answer_markdown(answer), "last-copy.md")

    def copy(self, text: str, name: str) -> None:
        """To the clipboard, and into a file of this name in docmind's folder."""
        from docmind.tui.clipboard import give, keep, tool_for

        tool = tool_for(os.environ)
        home = self._work.workspace.folders.home
        if not tool:
            self.app.copy_to_clipboard(text)

        def write() -> None:
            where = keep(text, home, name)
            to = tool[0] if tool else "sent to the terminal"
            if tool and not give(tool, text):
                self._work.post(ClipboardRefused(text))
                to = f"{tool[0]} did not take it: sent to the terminal"
            self._work.post(Said(f"Copied ({to}); it is in {where} too"))

        self._work.aside("copying", write)

    @on(ClipboardRefused)
    def _ask_terminal(self, event: ClipboardRefused) -> None:
        """The desktop's tool failed: the terminal may do better."""
        self.app.copy_to_clipboard(event.text)

    async def action_export(self) -> None:
        """Ask for a file's name."""
        await self.have_bar()
        self.export_to("")

    def export_to(self, name: str) -> None:
        """Write the conversation into a file; without a name, ask for one."""
        if not len(self._conversation):
            self.say("Nothing was asked yet")
            return
        if name:
            self._export(name)
            return
        # Imported here: what writes records is not needed before something is written.
        from docmind.tui.exporting import suggested

        self._open_bar(EXPORT, "write into", ".md, .json, .html, or .pdf with highlights")
        self.bar.suggest(suggested(self.session, self._shelf.current.name))

    @on(CommandGiven)
    def _take_name(self, event: CommandGiven) -> None:
        if event.purpose == EXPORT:
            self.return_to_pane()
            self._export(event.text)

    def _export(self, name: str) -> None:
        from docmind.tui.exporting import target_of

        try:
            target = target_of(name, self._documents_on_disk)
        except UsageError as error:
            self.say(f"{error} {error.hint}")
            return
        if exists(target):
            from docmind.tui.screens.confirm import ConfirmScreen

            question = f"{target.name} exists already. Write over it?"
            self.app.push_screen(
                ConfirmScreen(question, str(target.absolute())),
                lambda yes: self._write(target) if yes else None,
            )
        else:
            self._write(target)

    def _write(self, target: Path) -> None:
        from docmind.tui.exporting import export

        session, in_view = self.session, self._shelf.current.name

        def write() -> None:
            try:
                said = export(self._work.workspace, session, target, in_view)
            except DocmindError as error:
                said = f"{error} {error.hint}"
            self._work.post(Said(said))

        self._work.aside("exporting", write)

    @property
    def _documents_on_disk(self) -> list[Path]:
        """What must not be written over: all that is open, and what a session was about before."""
        files = [each.path or Path(each.name) for each in self._shelf.documents]
        return [*files, *(Path(each.path) for each in self.session.documents if each.sha256)]

    @property
    def session(self) -> Session:
        """The conversation as it is now, whether it is kept or not."""
        turns = tuple(
            replace(as_kept(turn), number=number)
            for number, turn in enumerate(self._conversation, start=1)
        )
        begun = turns[0].asked if turns else datetime.now(UTC)
        opened = self._opened or tuple(
            SessionDocument(each.name, "", each.name) for each in self._shelf.documents
        )
        names = {each.name for each in opened}
        documents = (*opened, *(each for each in self._of_before if each.name not in names))
        session_id = self._keeping.session_id or _NOT_KEPT
        return Session(session_id, begun, datetime.now(UTC), documents, turns)
