"""What the main screens look like at every size and in every kind of colour.

After a change: pytest --snapshot-update, and read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

from docmind.errors import DamagedInput
from docmind.model import Link, OutlineItem, SessionDocument
from docmind.sessions import Sessions
from docmind.settings import Images, InterfaceSettings, Settings
from docmind.tui.screens.documents import DocumentsScreen
from docmind.tui.screens.links import LinksScreen
from tests.tui.drawn import drawn
from tests.tui.fakes import (
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    ready,
    screen_of,
    text_of,
    until,
)
from tests.tui.test_following import line_box, placed

SIZES = {"narrow": (80, 24), "middle": (120, 35), "wide": (160, 45)}
COLOURS = {"dark": "textual-dark", "light": "textual-light", "none": ""}


def workspace(theme: str) -> FakeWorkspace:
    """A contract with an outline, and a library of three files."""
    document = placed(make_document(pages=30))
    outline = tuple(OutlineItem(f"Part {each.number}", 1, each.number) for each in document.pages)
    made = FakeWorkspace(replace(document, outline=outline), theme=theme)
    made.bench.answer = lambda question, asked: make_answer(question, asked, (5, 9, 2))
    names = ("contracts/lease.pdf", "handbook of a long name that has no room.md", "报告.pdf")
    made.shelved = tuple(make_document(name, 7 + 99 * len(name)) for name in names)
    return made


async def read_with_an_answer(pilot: Pilot[None]) -> None:
    await ask(pilot, "What is the fee for clause 3?")
    await pilot.press("tab", "2")
    await until(pilot, lambda: " 2▌" in text_of(pilot))


async def look_at_the_ledger(pilot: Pilot[None]) -> None:
    await pilot.press("f3")
    await until(pilot, lambda: "question   What is the fee" in text_of(pilot))


async def look_at_the_help(pilot: Pilot[None]) -> None:
    await pilot.press("f1")
    await until(pilot, lambda: "where you are" in text_of(pilot))


async def look_at_the_library(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+l")
    await until(pilot, lambda: "3 documents, " in text_of(pilot))


Look = Callable[[Pilot[None]], Awaitable[None]]
SCREENS: dict[str, Look] = {
    "reading": read_with_an_answer,
    "ledger": look_at_the_ledger,
    "help": look_at_the_help,
    "library": look_at_the_library,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colour", COLOURS)
async def test_the_main_screens_look_as_before(
    snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch, size: str, colour: str
) -> None:
    if colour == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    app = workspace(COLOURS[colour]).app()
    async with app.run_test(size=SIZES[size]) as pilot:
        await ready(pilot)
        screen_of(pilot).prompt.cursor_blink = False
        for name, look in SCREENS.items():
            await look(pilot)
            assert drawn(app) == snapshot(name=name)
            if name != "reading":
                await pilot.press("escape")


async def look_at_the_picture(pilot: Pilot[None]) -> None:
    await pilot.press("v")
    await until(pilot, lambda: "page 1 of 30" in text_of(pilot))


async def look_at_the_links(pilot: Pilot[None]) -> None:
    await pilot.press("f")
    await until(pilot, lambda: isinstance(pilot.app.screen, LinksScreen))


async def look_at_the_documents(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+t")
    await until(pilot, lambda: isinstance(pilot.app.screen, DocumentsScreen))


async def look_at_the_history(pilot: Pilot[None]) -> None:
    await pilot.press("h")
    await until(pilot, lambda: "2 questions" in text_of(pilot))


async def look_at_the_palette(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+p")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
    await pilot.press(*"250")
    await until(pilot, lambda: "Go to page 250" in text_of(pilot))


@pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")  # textual-image's
@pytest.mark.parametrize(
    "look",
    [
        pytest.param(look_at_the_picture, id="picture"),
        pytest.param(look_at_the_links, id="links"),
        pytest.param(look_at_the_documents, id="documents"),
        pytest.param(look_at_the_history, id="history"),
        pytest.param(look_at_the_palette, id="palette"),
    ],
)
async def test_what_lies_over_the_text_looks_as_before(
    snapshot: SnapshotAssertion, tmp_path: Path, look: Look
) -> None:
    made = workspace("")
    made.settings = Settings(interface=InterfaceSettings("textual-dark", images=Images.HALFCELL))
    made.sources = (*made.sources, make_document("报告.pdf", 7), DamagedInput("It is damaged."))
    made.linked[1] = (Link(line_box(1), 9, 0.0), Link(line_box(2), 12, 0.0))
    with Sessions(tmp_path / "sessions.sqlite") as sessions:
        session = sessions.begin([SessionDocument("lease.pdf", "ab" * 32, "/lease.pdf")])
        for question in ("Who may terminate?", "What is the rent, and when is it due?"):
            sessions.ask(session, question)
    made.history = tmp_path / "sessions.sqlite"
    app = made.app()
    async with app.run_test(size=SIZES["narrow"]) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 2)
        screen.prompt.cursor_blink = False
        await pilot.press("f2")
        await look(pilot)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()
        assert re.sub(r"\d{4}-\d\d-\d\d", "2026-01-31", drawn(app)) == snapshot
