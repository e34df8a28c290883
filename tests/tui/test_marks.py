"""Places that a reader has named, the way back and forward, and keys of two letters."""

from __future__ import annotations

from docmind.tui.layout import Anchor
from tests.tui.fakes import FakeWorkspace, make_document, ready, screen_of, text_of, until

NARROW = (80, 24)


async def test_a_mark_is_come_back_to_and_the_jump_can_be_undone() -> None:
    async with FakeWorkspace(make_document(pages=40)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "9", "G", "j", "j", "m", "a")
        marked = screen.document.top
        await pilot.press("3", "0", "G", "apostrophe", "a")
        await until(pilot, lambda: screen.document.top == marked)
        await pilot.press("apostrophe", "apostrophe")
        await until(pilot, lambda: screen._position == 30)


async def test_a_mark_of_another_document_brings_that_document() -> None:
    workspace = FakeWorkspace(make_document("one.pdf"), make_document("two.pdf", 20))
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "7", "G", "m", "x", "ctrl+t", "down", "enter")
        await until(pilot, lambda: screen._shelf.current.name == "two.pdf")
        await pilot.press("apostrophe", "x")
        await until(pilot, lambda: screen._shelf.current.name == "one.pdf")
        assert screen._position == 7


async def test_a_mark_that_was_never_made_is_said_to_be_missing() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "apostrophe", "q")
        await until(pilot, lambda: "There is no mark q" in text_of(pilot))


async def test_the_letter_of_a_mark_is_not_also_a_key() -> None:
    async with FakeWorkspace(make_document(pages=40)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "m", "j")
        assert screen.document.top == Anchor(0, -1)
        await pilot.press("m", "escape", "j")
        assert screen.document.top == Anchor(0, 0)


async def test_a_mark_that_was_begun_is_forgotten_when_the_pane_is_left() -> None:
    async with FakeWorkspace(make_document(pages=40)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "m", "f2", "f2", "j")
        assert screen.document.top == Anchor(0, 0)
        assert screen._named == {}


async def test_back_can_be_undone_by_forward_until_another_jump() -> None:
    async with FakeWorkspace(make_document(pages=40)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "9", "G", "3", "0", "G", "ctrl+o", "ctrl+o")
        await until(pilot, lambda: screen._position == 1)
        await pilot.press("alt+right", "alt+right")
        await until(pilot, lambda: screen._position == 30)
        await pilot.press("alt+right")
        await until(pilot, lambda: "Nothing lies ahead" in text_of(pilot))
        await pilot.press("ctrl+o", "5", "G", "alt+right")
        await until(pilot, lambda: screen._position == 5)


async def test_g_twice_is_the_beginning_and_a_number_before_it_a_page() -> None:
    async with FakeWorkspace(make_document(pages=40)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "1", "2", "g", "g")
        await until(pilot, lambda: screen._position == 12)
        await pilot.press("g", "g")
        await until(pilot, lambda: screen._position == 1)


async def test_h_and_l_are_the_two_ends_of_the_page() -> None:
    async with FakeWorkspace(make_document(pages=40)).app().run_test(size=(80, 12)) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "9", "G", "L")
        shown = text_of(pilot)
        assert "9.8 On page 9" in shown
        assert "page 10" not in shown
        assert screen_of(pilot)._position == 9
        await pilot.press("H")
        assert screen.document.top == Anchor(8, -1)
