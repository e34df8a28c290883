"""What the screens look like in pictures. After a change: pytest --snapshot-update, and look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from docmind.errors import DamagedInput, ServerDied
from docmind.model import OutlineItem
from docmind.ports import EnginePhase, EngineState
from docmind.tui.app import DocmindApp
from tests.tui.fakes import (
    FakePrefill,
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    ready,
    screen_of,
    text_of,
    until,
    written,
)

NARROW = (80, 24)
WIDE = (160, 45)

SnapCompare = Callable[..., bool]


def app(theme: str = "textual-dark") -> DocmindApp:
    """A contract of thirty pages, and a second question that it does not answer."""
    workspace = FakeWorkspace(make_document(pages=30), theme=theme)
    workspace.bench.answer = lambda question, document: make_answer(
        question, document, (5, 9, 2) if "fee" in question else ()
    )
    return workspace.app()


def model_workspace() -> FakeWorkspace:
    """The same contract, a model that is ready, and a file that cannot be read."""
    damaged = DamagedInput("It is damaged.", "Open it in another program, and save it again.")
    workspace = FakeWorkspace(make_document(pages=30), damaged, theme="textual-dark")
    workspace.bench.events = written
    workspace.bench.prefill_state = FakePrefill(done=True)
    workspace.engines.be_ready()
    workspace.engines.restartable = True
    return workspace


async def read(pilot: Pilot[None]) -> None:
    screen = await ready(pilot)
    screen.prompt.cursor_blink = False


async def check(pilot: Pilot[None]) -> None:
    """Two questions, and the second citation of the first answer shown."""
    await read(pilot)
    await ask(pilot, "What is the fee for clause 3?")
    await ask(pilot, "Who wrote it?")
    await pilot.press("tab", "left_square_bracket", "2")
    await pilot.pause()


def test_first_screen(snap_compare: SnapCompare) -> None:
    assert snap_compare(app(), terminal_size=NARROW, run_before=read)


def test_answers_in_a_narrow_terminal(snap_compare: SnapCompare) -> None:
    async def back(pilot: Pilot[None]) -> None:
        await check(pilot)
        await pilot.press("f2")

    assert snap_compare(app(), terminal_size=NARROW, run_before=back)


async def ask_model(pilot: Pilot[None]) -> None:
    """Ask the model, and wait until the status line has told all there is."""
    screen = screen_of(pilot)
    await until(pilot, lambda: screen._desk.documents == 1 and bool(screen._engine.model))
    screen.prompt.cursor_blink = False
    await ask(pilot, "What is the fee for clause 3?")


def test_an_answer_of_a_model_in_a_narrow_terminal(snap_compare: SnapCompare) -> None:
    assert snap_compare(model_workspace().app(), terminal_size=NARROW, run_before=ask_model)


def test_an_answer_of_a_model_beside_its_document(snap_compare: SnapCompare) -> None:
    async def follow(pilot: Pilot[None]) -> None:
        await ask_model(pilot)
        await pilot.press("tab", "1")
        await pilot.pause()

    assert snap_compare(model_workspace().app(), terminal_size=WIDE, run_before=follow)


def test_the_ledger_of_an_answer(snap_compare: SnapCompare) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await ask_model(pilot)
        await pilot.press("f3")

    assert snap_compare(model_workspace().app(), terminal_size=NARROW, run_before=look)


def test_a_server_that_died_in_the_middle(snap_compare: SnapCompare) -> None:
    workspace = model_workspace()
    workspace.bench.error = ServerDied(
        "The server went away in the middle of the answer.", "Try: docmind serve logs"
    )
    workspace.bench.fails_after = 3

    async def fail(pilot: Pilot[None]) -> None:
        await ask_model(pilot)
        workspace.engines.state = EngineState(EnginePhase.FAILED, "the server ended")
        await until(pilot, lambda: "no model" in text_of(pilot))

    assert snap_compare(workspace.app(), terminal_size=NARROW, run_before=fail)


def test_a_restart_is_asked_for(snap_compare: SnapCompare) -> None:
    workspace = model_workspace()
    workspace.engines.offer = "The documents need 84,211 tokens, the server runs with 32,768"

    async def press(pilot: Pilot[None]) -> None:
        await ask_model(pilot)
        await pilot.press("ctrl+r")

    assert snap_compare(workspace.app(), terminal_size=NARROW, run_before=press)


def outlined(theme: str) -> DocmindApp:
    """The same contract, with an outline of its parts."""
    document = make_document(pages=30)
    items = [OutlineItem(f"Part {page.number}", 1, page.number) for page in document.pages]
    workspace = FakeWorkspace(replace(document, outline=tuple(items)), theme=theme)
    workspace.bench.answer = lambda question, asked: make_answer(
        question, asked, (5, 9, 2) if "fee" in question else ()
    )
    return workspace.app()


def test_the_outline_as_a_sheet_without_colour(
    snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def look(pilot: Pilot[None]) -> None:
        await read(pilot)
        await pilot.press("f2", "9", "G", "t")
        await pilot.pause()

    assert snap_compare(outlined(""), terminal_size=NARROW, run_before=look)
