"""The program as the reader meets it: searching, and what each remaining key does.

Printable keys belong to the prompt while it has the focus; letters and digits act only in the
reading panes. What lies over this screen is imported when it is wanted, here and in the screens
that this one is made of: the first paint waits for imports.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from docmind.tui.marks import Mark, Marks
from docmind.tui.messages import CommandClosed, CommandGiven
from docmind.tui.screens.following import FollowingScreen
from docmind.tui.screens.keys import ANYWHERE, AT_THE_END, IN_PANES
from docmind.tui.shelf import OpenDocument

if TYPE_CHECKING:
    from docmind.tui.screens.library import Entry

PAGES_AT_A_TIME = 64
"""Pages searched before keys are looked at again; a few milliseconds."""


class ReadingScreen(FollowingScreen):
    """Ask, read, check."""

    AUTO_FOCUS = "#prompt"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (150, "-xwide")]  # noqa: RUF012 as in Screen
    BINDINGS: ClassVar[list[BindingType]] = [*ANYWHERE, *IN_PANES, *AT_THE_END]

    _before_bar: Widget | None = None

    def action_unwind(self) -> None:
        """One layer: a running answer stops, else back to the prompt."""
        if not self.stop_answer():
            self._found = Marks()
            self.document.find(self._found)
            self.look_at("prompt")

    def action_next_answer(self, step: int) -> None:
        """Select another answer: its citations are what the digits mean."""
        if len(self._conversation):
            last = len(self._conversation) - 1
            self._citation = None
            self.answers.select(min(max(self.answers.selected + step, 0), last))
            self.mark_citations()

    async def action_go_to_page(self) -> None:
        """Ask for a page."""
        await self.have_bar()
        document = self._shelf.current
        so_far = "" if document.document is not None else " so far"
        printed = "" if document.by_lines else ", or printed: p36, iv"
        hint = f"1 to {document.size:,}{so_far}{printed}"
        self._open_bar("page", "line" if document.by_lines else "page", hint)

    async def action_find(self) -> None:
        """Ask for text."""
        await self.have_bar()
        self._open_bar("find", "find", "words in the document")

    def _open_bar(self, purpose: str, label: str, hint: str) -> None:
        if not isinstance(self.focused, Input):
            self._before_bar = self.focused
        self.query_one("#asking").display = False
        self.bar.open(purpose, label, hint)

    @on(CommandClosed)
    def _leave_bar(self) -> None:
        before = self._before_bar.id if self._before_bar else None
        self.look_at(before or "prompt")

    @on(CommandGiven)
    def _obey(self, event: CommandGiven) -> None:
        if event.purpose not in ("find", "page"):
            return
        self.look_at("document")
        if event.purpose == "find":
            self._find(event.text)
            return
        lines = self._shelf.lines_named(event.text)
        if lines is not None:
            self._go_to(lines[1], lines[0])
            return
        number = self._shelf.current.number_of(event.text)
        if number is None:
            document = self._shelf.current
            unit = "line" if document.by_lines else "page"
            where = f" {_looked_in(document)}" if document.document is None else ""
            self.say(f"There is no {unit} {event.text[:20]}{where}")
        else:
            self._go_to(number)

    @work(exclusive=True, group="find")
    async def _find(self, text: str) -> None:
        """All places of a text, whatever its case and line breaks; a few pages at a time."""
        pattern = re.compile(r"\s+".join(map(re.escape, text.split())), re.IGNORECASE)
        document = self._shelf.current
        where = _looked_in(document)
        marks = []
        for index, page in enumerate(tuple(document.pages)):
            marks += [Mark(index, *match.span()) for match in pattern.finditer(page.text)]
            if index % PAGES_AT_A_TIME == 0:
                await asyncio.sleep(0)
        if document is not self._shelf.current:
            return
        self._found = Marks(marks)
        self.document.find(self._found)
        if marks:
            self._remember()
            self.action_next_found(1)
        else:
            self.say(f"“{text[:40]}” is not {where}")

    def action_next_found(self, step: int) -> None:
        """The next place of what was searched for."""
        anchor = self.document.top
        mark = self._found.step(step, anchor.page, anchor.offset)
        if mark is None or self._found.current is None:
            self.say("Nothing was searched for")
            return
        self.document.show(mark)
        self.say(f"{self._found.current + 1:,} of {len(self._found):,}")

    def action_documents(self) -> None:
        """Choose the document in view."""
        from docmind.tui.screens.documents import DocumentsScreen

        self.app.push_screen(DocumentsScreen(self._shelf), self._bring_chosen)

    def _bring_chosen(self, index: int | None) -> None:
        if index is not None:
            self.bring(index)
            self.look_at("document")

    def action_library(self) -> None:
        """What was added, to be opened beside what is open."""
        from docmind.tui.screens.library import LibraryScreen

        self.app.push_screen(LibraryScreen(self._work.library), self._open_chosen)

    def _open_chosen(self, chosen: Entry | None) -> None:
        if chosen is None:
            return
        index = self._shelf.index_of_file(chosen[0].path, chosen[1].sha256 if chosen[1] else "")
        if index is not None:
            self.bring(index)
        else:
            self._work.open(Path(chosen[0].path))
        self.look_at("document")

    def action_help(self) -> None:
        """All keys, those of the pane with the focus first."""
        from docmind.tui.all_keys import help_groups
        from docmind.tui.screens.help import HelpScreen

        keys = self._work.workspace.settings.keys
        self.app.push_screen(HelpScreen(help_groups(self.pane, keys)))

    def action_suspend(self) -> None:
        """Leave the terminal to the shell; fg comes back."""
        self.app.action_suspend_process()


def _looked_in(document: OpenDocument) -> str:
    """What of a document there is to be looked in: as long as it is read, not all of it."""
    if document.document is not None:
        return "in this document"
    if document.error:
        return f"there: {document.short_name} cannot be read"
    if document.by_lines or not document.pages:
        return f"there yet: {document.short_name} is still being read"
    return f"on the {len(document.pages):,} of {document.total:,} pages read so far"
