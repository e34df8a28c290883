"""What is in the library, over the whole screen: open, add, remove, bring up to date.

The keys stand in the last line at any size, because nobody comes here often enough to know them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from docmind.library.entries import DocumentEntry, FileEntry
from docmind.numbers import counted
from docmind.tui.key_names import with_keys
from docmind.tui.library_messages import (
    LibraryEnded,
    LibraryFault,
    LibraryListed,
    LibraryWorks,
)
from docmind.tui.library_work import LibraryWork, OpenLibrary
from docmind.tui.messages import WorkCrashed
from docmind.tui.plain import fitted, width_of
from docmind.tui.screens.confirm import ConfirmScreen

Entry = tuple[FileEntry, DocumentEntry | None]

KEYS = (
    "enter open · %(library.add)s add · %(library.remove)s remove · %(library.sync)s sync"
    " · %(library.close)s close"
)
BUSY_KEYS = "%(library.close)s stops it"
BUSY = "One thing at a time: %(library.close)s stops what is under way"
FAULT_LINES = 4
"""As many errors are shown; of more, how many there are."""

_NUMBERS_CELLS = 40
_FEWEST_NAME_CELLS = 16


class LibraryScreen(ModalScreen[Entry | None]):
    """A line for each file; gives the one to open, None where it was only looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+l", "leave", "Close", id="library.close"),
        Binding("q", "leave", "close", id="library.quit", show=False),
        Binding("a", "add", "Add", id="library.add"),
        Binding("d,delete", "remove", "Remove", id="library.remove"),
        Binding("s", "sync", "Sync", id="library.sync"),
        Binding("j", "list('cursor_down')", "down", id="library.down", show=False),
        Binding("k", "list('cursor_up')", "up", id="library.up", show=False),
    ]

    def __init__(self, open_library: Callable[[], OpenLibrary]) -> None:
        super().__init__()
        self._work = LibraryWork(open_library, self.post_message)
        self._entries: tuple[Entry, ...] = ()
        self._faults: list[str] = []
        self._busy = True

    def compose(self) -> ComposeResult:
        """The list, what went wrong, what is going on, and the keys."""
        with Vertical(id="library"):
            yield Static(id="columns")
            yield OptionList(id="entries", compact=True, markup=False)
            yield Static(id="faults")
            yield Static("looking into the library", id="doing")
            yield Input(compact=True, placeholder="a file or a folder", id="path")
            yield Static(Content(with_keys(KEYS, self)), id="keys")

    def on_mount(self) -> None:
        """Look into the library, which must not hold up the screen."""
        self.query_one("#path").display = False
        self.query_one("#library").border_title = "Library"
        self._entry_list.focus()
        self._work.look()

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        self._work.stop()

    def on_resize(self) -> None:
        """Names have as much room as is left."""
        self._draw()

    @property
    def _entry_list(self) -> OptionList:
        return self.query_one("#entries", OptionList)

    @property
    def _chosen(self) -> Entry | None:
        at = self._entry_list.highlighted
        return None if at is None or not self._entries else self._entries[at]

    def action_leave(self) -> None:
        """One layer: the field, what is under way, the screen."""
        if self.query_one("#path").display:
            self._close_field()
        elif self._busy:
            self._work.cancel()
            self._say("stopping")
        else:
            self.dismiss(None)

    def action_add(self) -> None:
        """Ask for a file or a folder."""
        if self._is_free():
            field = self.query_one("#path", Input)
            field.value = ""
            field.display = True
            field.focus()

    def action_remove(self) -> None:
        """Ask whether the chosen file should go."""
        chosen = self._chosen
        if chosen is None or not self._is_free():
            return
        path = chosen[0].path

        def remove_if(yes: bool | None) -> None:  # noqa: FBT001 as screens call back
            if yes:
                self._begin(lambda: self._work.remove(path))

        question = f"Remove {chosen[0].name} from the library?"
        self.app.push_screen(ConfirmScreen(question, f"The file stays: {path}"), remove_if)

    def action_sync(self) -> None:
        """Bring the library up to date with the disk."""
        if self._is_free():
            self._begin(self._work.sync)

    def action_list(self, action: str) -> None:
        """The list's own keys under other names."""
        getattr(self._entry_list, f"action_{action}")()

    def _is_free(self) -> bool:
        if self._busy:
            self._say(with_keys(BUSY, self))
        return not self._busy

    def _begin(self, work: Callable[[], None]) -> None:
        self._faults.clear()
        self._busy = True
        self._draw()
        work()

    def _close_field(self) -> None:
        self.query_one("#path").display = False
        self._entry_list.focus()

    @on(Input.Submitted)
    def _add(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_field()
        path = event.value.strip()
        if path:
            self._begin(lambda: self._work.add(Path(path)))

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        if not self._entries:
            return
        file, entry = self._entries[event.option_index]
        if entry is None:
            self._say(f"{file.name} cannot be read: {file.error}")
        elif self._is_free():
            self.dismiss((file, entry))

    @on(LibraryListed)
    def _list(self, event: LibraryListed) -> None:
        chosen = self._chosen
        self._entries = tuple(sorted(event.entries, key=lambda entry: entry[0].name.casefold()))
        self._draw()
        paths = [file.path for file, _ in self._entries]
        if chosen is not None and chosen[0].path in paths:
            self._entry_list.highlighted = paths.index(chosen[0].path)

    @on(LibraryWorks)
    def _tell_work(self, event: LibraryWorks) -> None:
        self._say(event.doing)

    @on(LibraryFault)
    def _tell_fault(self, event: LibraryFault) -> None:
        self._faults.append(event.message)
        self._draw_faults()

    @on(LibraryEnded)
    def _end(self, event: LibraryEnded) -> None:
        self._busy = False
        self._say(event.summary or self._extent())
        self.query_one("#keys", Static).update(Content(with_keys(KEYS, self)))

    @on(WorkCrashed)
    def _crash(self, event: WorkCrashed) -> None:
        raise event.error

    def _say(self, text: str) -> None:
        self.query_one("#doing", Static).update(Content(fitted(text, self._cells)))

    def _extent(self) -> str:
        documents = [entry for _, entry in self._entries if entry is not None]
        if not self._entries:
            return with_keys("The library is empty: %(library.add)s adds a file or a folder", self)
        tokens = sum(entry.tokens for entry in documents)
        return f"{counted(len(documents), 'document')}, {counted(tokens, 'token')}"

    @property
    def _cells(self) -> int:
        return max(self.size.width - 4, _FEWEST_NAME_CELLS + _NUMBERS_CELLS)

    def _draw(self) -> None:
        """All lines anew, as wide as the terminal allows."""
        entries, cells = self._entry_list, self._cells
        at = entries.highlighted
        entries.clear_options()
        entries.add_options(Option(described(*entry, cells)) for entry in self._entries)
        if self._entries:
            entries.highlighted = min(at or 0, len(self._entries) - 1)
        self.query_one("#columns", Static).update(Content.styled(columns(cells), "dim"))
        keys = with_keys(BUSY_KEYS if self._busy else KEYS, self)
        self.query_one("#keys", Static).update(Content(keys))
        self._draw_faults()

    def _draw_faults(self) -> None:
        lines = [fitted(f"! {fault}", self._cells) for fault in self._faults[:FAULT_LINES]]
        if more := len(self._faults) - FAULT_LINES:
            lines += [f"! and {more:,} more"] if more > 0 else []
        faults = self.query_one("#faults", Static)
        faults.display = bool(lines)
        faults.update(Content("\n".join(lines)))


def columns(cells: int) -> str:
    """What stands above the lines."""
    room = cells - _NUMBERS_CELLS
    return f"{'name':<{room}} {'kind':<8} {'pages':>7} {'tokens':>11} {'changed':>10}"


def described(file: FileEntry, entry: DocumentEntry | None, cells: int) -> Content:
    """A file with its kind, pages, tokens and the day of its last change; or that it failed."""
    room = cells - _NUMBERS_CELLS
    name = fitted(file.name, room)
    name += " " * (room - width_of(name))
    if entry is None:
        return Content.assemble(name, (fitted(f" {file.error}", _NUMBERS_CELLS), "dim"))
    day = "" if not file.mtime_ns else f"{datetime.fromtimestamp(file.mtime_ns / 1e9, UTC):%F}"
    kind = entry.head.kind.value
    return Content(f"{name} {kind:<8} {entry.pages:>7,} {entry.tokens:>11,} {day:>10}")
