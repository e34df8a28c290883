"""The library's screen: what is there, and what can be done with it, at 80 columns by 24 lines."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from docmind.errors import LibraryError, MissingInput
from docmind.library.library import Library
from docmind.ports import ReadEvent
from docmind.tui.library_work import OpenLibrary
from docmind.tui.screens.library import Entry, LibraryScreen
from tests.tui.fakes import (
    GATE_SECONDS,
    FakeWorkspace,
    make_document,
    open_gate,
    ready,
    text_of,
    until,
)
from tests.unit.library.conftest import folder as folder
from tests.unit.library.made import Files, made_library

SIZE = (80, 24)
SnapCompare = Callable[..., bool]
MAY = datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()


class GatedFiles(Files):
    """Reads nothing until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = open_gate()

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """A file, when the gate is open."""
        for event in super().read(path, name):
            yield event
            self.gate.wait(GATE_SECONDS)


class LibraryApp(App[None]):
    """Nothing but the library's screen."""

    CSS_PATH = Path("../../docmind/tui/docmind.tcss").as_posix()

    def __init__(self, open_library: Callable[[], OpenLibrary]) -> None:
        super().__init__()
        self._open = open_library
        self.chosen: list[Entry | None] = []

    def on_mount(self) -> None:
        """Show it; what comes back is kept."""
        self.theme = "textual-dark"
        self.animation_level = "none"
        self.push_screen(LibraryScreen(self._open), self.chosen.append)


class Shelf:
    """A library in a folder, opened anew for each piece of work."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.files = GatedFiles()

    def __call__(self) -> Library:
        """Open it."""
        return made_library(self.home, files=self.files)

    def fill(self, *paths: Path) -> None:
        """Add these at once, as files of the first of May 2026."""
        for path in paths:
            for file in path.rglob("*.txt"):
                os.utime(file, (MAY, MAY))
        library = self()
        list(library.add(paths))
        library.close()

    @property
    def names(self) -> list[str]:
        """What is in it."""
        library = self()
        names = [file.name for file, _ in library.entries()]
        library.close()
        return names


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "library")


def screen_of(pilot: Pilot[None]) -> LibraryScreen:
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, LibraryScreen)
    return screen


async def idle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way."""
    await until(pilot, lambda: not screen_of(pilot)._busy)


async def test_each_document_has_a_line_with_what_it_holds(shelf: Shelf, folder: Path) -> None:
    shelf.fill(folder)
    async with LibraryApp(shelf).run_test(size=SIZE) as pilot:
        await idle(pilot)

        lines = text_of(pilot).splitlines()
        (line,) = [line for line in lines if "contract.txt" in line]
        assert line.strip("│ ").split() == ["contract.txt", "pdf", "2", "13", "2026-05-01"]
        assert [name for name in ("manual.txt", "sub/notes.txt") if name in text_of(pilot)]
        assert "3 documents, " in text_of(pilot)
        assert "enter open · a add · d remove · s sync · esc close" in text_of(pilot)
        assert all(len(line) <= 80 for line in lines)


async def test_an_empty_library_says_what_to_do(shelf: Shelf) -> None:
    async with LibraryApp(shelf).run_test(size=SIZE) as pilot:
        await idle(pilot)

        assert "The library is empty: a adds a file or a folder" in text_of(pilot)
        await pilot.press("d", "enter")  # there is nothing to remove or to open
        assert pilot.app.screen is screen_of(pilot)


async def test_a_path_is_added(shelf: Shelf, folder: Path) -> None:
    async with LibraryApp(shelf).run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("a")
        pilot.app.screen.query_one(Input).value = str(folder / "manual.txt")
        await pilot.press("enter")
        await until(pilot, lambda: "1 added" in text_of(pilot))

        assert "manual.txt" in text_of(pilot)
        assert isinstance(pilot.app.focused, OptionList)
    assert shelf.names == ["manual.txt"]


@pytest.mark.parametrize("typed", ["nowhere [red].txt", "~docmind-has-no-such-user/[red].txt"])
async def test_a_path_that_is_not_there_is_an_error_in_a_line(shelf: Shelf, typed: str) -> None:
    async with LibraryApp(shelf).run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("a")
        pilot.app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        await until(pilot, lambda: "1 failed" in text_of(pilot))

        assert "! " in text_of(pilot)
        assert "[red].txt" in text_of(pilot)


async def test_nothing_is_removed_without_a_yes(shelf: Shelf, folder: Path) -> None:
    shelf.fill(folder)
    async with LibraryApp(shelf).run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("j", "d")
        await until(pilot, lambda: "Remove manual.txt from the library?" in text_of(pilot))
        await pilot.press("n")
        assert len(shelf.names) == 3
        await pilot.press("d", "y")
        await until(pilot, lambda: "1 removed" in text_of(pilot))

        assert "manual.txt" not in text_of(pilot)
    assert shelf.names == ["contract.txt", "sub/notes.txt"]
    assert (folder / "manual.txt").exists()


async def test_a_sync_tells_how_far_it_is_and_what_it_did(shelf: Shelf, folder: Path) -> None:
    shelf.fill(folder)
    (folder / "new.txt").write_text("Something new.\fAnd more of it.")
    (folder / "broken.txt").write_text("damaged")
    shelf.files.gate = threading.Event()
    async with LibraryApp(shelf).run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("s")
        await until(pilot, lambda: "reading new.txt (2/2), 2 of 2 pages" in text_of(pilot))
        assert "esc stops it" in text_of(pilot)
        await pilot.press("s", "a")
        assert "One thing at a time" in text_of(pilot)
        shelf.files.gate.set()
        await until(pilot, lambda: "1 added, 3 unchanged, 1 failed" in text_of(pilot))

        assert "! broken.txt: broken.txt is damaged." in text_of(pilot)
        assert "new.txt" in text_of(pilot)


async def test_escape_stops_what_is_under_way_and_only_then_leaves(
    shelf: Shelf, folder: Path
) -> None:
    shelf.fill(folder / "manual.txt", folder)
    for number in range(3):
        (folder / f"new{number}.txt").write_text("Something new.")
    shelf.files.gate = threading.Event()
    app = LibraryApp(shelf)
    async with app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("s")
        await until(pilot, lambda: "reading new0.txt" in text_of(pilot))
        await pilot.press("escape")
        shelf.files.gate.set()
        await until(pilot, lambda: "Stopped: " in text_of(pilot))
        assert app.chosen == []
        await pilot.press("s")
        await until(pilot, lambda: " unchanged" in text_of(pilot))
        assert len(shelf.names) == 6
        await pilot.press("escape")
        await until(pilot, lambda: app.chosen == [None])


async def test_enter_gives_the_chosen_document(shelf: Shelf, folder: Path) -> None:
    shelf.fill(folder)
    app = LibraryApp(shelf)
    async with app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.chosen)

    (chosen,) = app.chosen
    assert chosen is not None
    assert chosen[0].path == str(folder / "manual.txt")


async def test_a_file_that_cannot_be_read_is_named_and_not_opened(
    shelf: Shelf, folder: Path
) -> None:
    (folder / "a.txt").write_text("damaged")
    shelf.fill(folder)
    app = LibraryApp(shelf)
    async with app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        assert "a.txt is damaged." in text_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "a.txt cannot be read: a.txt is damaged." in text_of(pilot))
        assert app.chosen == []


async def test_a_library_that_cannot_be_opened_is_an_error_in_a_line() -> None:
    def damaged() -> OpenLibrary:
        raise LibraryError("The library is damaged.", "docmind sync --rebuild")

    async with LibraryApp(damaged).run_test(size=SIZE) as pilot:
        await idle(pilot)

        assert "! The library is damaged. docmind sync --rebuild" in text_of(pilot)


async def test_many_errors_leave_room_for_the_list(shelf: Shelf, folder: Path) -> None:
    for number in range(9):
        (folder / f"bad{number}.txt").write_text("damaged")
    async with LibraryApp(shelf).run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("a")
        pilot.app.screen.query_one(Input).value = str(folder)
        await pilot.press("enter")
        await until(pilot, lambda: "3 added, 9 failed" in text_of(pilot))

        assert "! and 5 more" in text_of(pilot)
        assert "contract.txt" in text_of(pilot)


async def test_escape_leaves_the_field_and_not_the_screen(shelf: Shelf) -> None:
    app = LibraryApp(shelf)
    async with app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        await pilot.press("a", "x", "escape")

        assert not pilot.app.screen.query_one(Input).display
        assert app.chosen == []
        assert isinstance(pilot.app.focused, OptionList)


@pytest.mark.parametrize("size", [(40, 12), (160, 45)])
async def test_it_fits_a_small_and_a_large_terminal(
    shelf: Shelf, folder: Path, size: Sequence[int]
) -> None:
    shelf.fill(folder)
    async with LibraryApp(shelf).run_test(size=(size[0], size[1])) as pilot:
        await idle(pilot)

        assert "contract.txt" in text_of(pilot)


async def opened_from_library(pilot: Pilot[None], name: str) -> None:
    """Go to the library, and open its only document."""
    await pilot.press("ctrl+l")
    await until(pilot, lambda: name in text_of(pilot) and "1 document, " in text_of(pilot))
    await pilot.press("enter")
    await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_a_document_of_the_library_is_opened_beside_the_others() -> None:
    workspace = FakeWorkspace(make_document("one.pdf"))
    app = workspace.app()
    extra = replace(make_document("/library/two.pdf", 7), sha256="2" * 64)
    workspace.sources, workspace.shelved = (*workspace.sources, extra), (extra,)
    async with app.run_test(size=SIZE) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("half a question")
        await opened_from_library(pilot, "two.pdf")
        await until(pilot, lambda: screen._desk.documents == 2)

        assert [each.name for each in screen._shelf.documents] == ["one.pdf", "/library/two.pdf"]
        assert screen._shelf.current.short_name == "two.pdf"
        assert screen.pane == "document"
        assert "page 1 of 7" in text_of(pilot)
        assert screen.prompt.text == "half a question"
        assert [each.name for each in workspace.bench.documents] == ["one.pdf", "/library/two.pdf"]

        await opened_from_library(pilot, "two.pdf")
        assert len(screen._shelf.documents) == 2


async def test_what_is_open_already_under_another_name_is_only_shown() -> None:
    one, two = make_document("one.pdf"), replace(make_document("two.pdf"), sha256="2" * 64)
    workspace = FakeWorkspace(one, two)
    workspace.shelved = (replace(two, name="/library/second.pdf"),)
    async with workspace.app().run_test(size=SIZE) as pilot:
        screen = await ready(pilot)
        await opened_from_library(pilot, "second.pdf")

        assert screen._shelf.current.name == "two.pdf"
        assert len(screen._shelf.documents) == 2


async def test_a_document_that_is_gone_from_the_disk_is_named_as_one_that_failed() -> None:
    workspace = FakeWorkspace(make_document("one.pdf"))
    app = workspace.app()
    workspace.sources = (*workspace.sources, MissingInput("There is no such file."))
    gone = make_document("failing-1.pdf")
    workspace.shelved = (replace(gone, sha256="2" * 64),)
    async with app.run_test(size=SIZE) as pilot:
        screen = await ready(pilot)
        await opened_from_library(pilot, "failing-1.pdf")
        await until(pilot, lambda: "There is no such file." in text_of(pilot))

        assert screen._desk.documents == 1


def test_the_library_is_drawn_as_before(snap_compare: SnapCompare) -> None:
    workspace = FakeWorkspace(make_document(), theme="textual-dark")
    names = ("contracts/lease.pdf", "handbook of a long name that has no room.md", "报告.pdf")
    workspace.shelved = tuple(make_document(name, 7 + 99 * len(name)) for name in names)

    async def look(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "3 documents, " in text_of(pilot))

    assert snap_compare(workspace.app(), terminal_size=SIZE, run_before=look)
