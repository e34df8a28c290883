"""What the main screens look like. After a change: pytest --snapshot-update, and look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from docmind.tui.app import DocmindApp
from tests.tui.fakes import FakeWorkspace, ask, make_answer, make_document, ready

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


def test_cited_passage_in_a_narrow_terminal(snap_compare: SnapCompare) -> None:
    assert snap_compare(app(), terminal_size=NARROW, run_before=check)


def test_answers_in_a_narrow_terminal(snap_compare: SnapCompare) -> None:
    async def back(pilot: Pilot[None]) -> None:
        await check(pilot)
        await pilot.press("f2")

    assert snap_compare(app(), terminal_size=NARROW, run_before=back)


def test_answers_and_document_side_by_side(snap_compare: SnapCompare) -> None:
    assert snap_compare(app(), terminal_size=WIDE, run_before=check)


def test_side_by_side_without_colour(
    snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(app(theme=""), terminal_size=WIDE, run_before=check)


def test_help(snap_compare: SnapCompare) -> None:
    async def ask_for_help(pilot: Pilot[None]) -> None:
        await read(pilot)
        await pilot.press("f1")

    assert snap_compare(app(), terminal_size=NARROW, run_before=ask_for_help)
