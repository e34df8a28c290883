"""Documents in the document pane: as they stream in, while they are read, and at every size."""

from __future__ import annotations

import threading

import pytest
from textual.events import Key
from textual.widgets import Input

from docmind.errors import DamagedInput
from docmind.model import Document, Page
from docmind.tui.screens.receiving import ReceivingScreen
from docmind.tui.widgets.document_view import DocumentView
from tests.tui.fakes import (
    FakeWorkspace,
    ask,
    make_document,
    make_text,
    ready,
    screen_of,
    text_of,
    until,
)

NARROW = (80, 24)
WIDE = (160, 45)


async def test_the_first_pages_can_be_read_before_the_document_has_come() -> None:
    workspace = FakeWorkspace(make_document(pages=40))
    workspace.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "Part 1" in text_of(pilot))
        assert "page 1 of 40 (printed i)" in text_of(pilot)
        assert "reading 3 of 40" in text_of(pilot)
        workspace.gate.set()
        await ready(pilot)
        await until(pilot, lambda: "reading" not in screen_of(pilot).status.render().plain)


async def test_the_final_document_comes_without_moving_what_is_read() -> None:
    workspace = FakeWorkspace(make_document(pages=40))
    workspace.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        await until(pilot, lambda: screen_of(pilot).document.page == 1)
        await pilot.press("f2", "j", "j", "j", "space")
        before = screen_of(pilot).document.top
        workspace.gate.set()
        await ready(pilot)
        assert screen_of(pilot).document.top == before


async def test_a_page_is_gone_to_exactly_in_five_thousand() -> None:
    workspace = FakeWorkspace(make_document(pages=5000))
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        for number in (4321, 17, 5000, 2500):
            await pilot.press("ctrl+g", *str(number), "enter")
            await until(pilot, lambda: "of 5,000" in text_of(pilot))
            await until(pilot, lambda n=number: screen._position == n)  # type: ignore[misc]
            assert f"page {number} · printed {number - 2}" in text_of(pilot)


async def test_scrolling_back_over_pages_that_were_only_estimated_skips_nothing() -> None:
    workspace = FakeWorkspace(make_document(pages=300))
    async with workspace.app().run_test(size=(80, 12)) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "G")
        view = screen.document
        seen = [view._layout.spot_at(view.scroll_offset.y)]
        for _ in range(60):
            await pilot.press("k")
            seen.append(view._layout.spot_at(view.scroll_offset.y))
        lines = [view._layout.line_of(spot) for spot in seen]
        assert lines == list(range(lines[0], lines[0] - 61, -1))


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        pytest.param("7", 7, id="physical"),
        pytest.param("p7", 9, id="printed"),
        pytest.param("ii", 2, id="roman"),
    ],
)
async def test_a_page_is_found_by_its_physical_or_printed_number(typed: str, page: int) -> None:
    async with FakeWorkspace(make_document()).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "colon", *typed, "enter")
        await until(pilot, lambda: screen._position == page)


async def test_a_page_that_is_not_there_is_said_to_be_missing() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+g", *"99", "enter")
        await until(pilot, lambda: "There is no page 99" in text_of(pilot))


async def test_digits_and_g_go_to_a_page() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "1", "1", "G")
        await until(pilot, lambda: screen._position == 11)
        await pilot.press("g")
        await until(pilot, lambda: screen._position == 1)
        await pilot.press("G")
        await until(pilot, lambda: screen._position == 12)


async def test_a_resize_keeps_the_first_line_in_view() -> None:
    async with FakeWorkspace(make_document(pages=60)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("ctrl+g", *"30", "enter", "j", "j", "j")
        before = screen.document.top
        for size in ((60, 20), (160, 45), (100, 30), NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        after = screen.document.top
        assert (after.page, screen._position) == (before.page, 30)
        assert abs(after.offset - before.offset) < 80


async def test_search_goes_to_what_was_found_and_round() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "slash", *"PAGE 7 the fee", "enter")
        await until(pilot, lambda: "1 of 8" in text_of(pilot))
        assert screen.document.page == 7
        await pilot.press("n")
        await until(pilot, lambda: "2 of 8" in text_of(pilot))
        await pilot.press("N", "N")
        await until(pilot, lambda: "8 of 8" in text_of(pilot))
        await pilot.press("slash", *"unicorn", "enter")
        await until(pilot, lambda: "“unicorn” is not in this document" in text_of(pilot))


async def test_what_was_found_in_one_document_is_not_gone_to_in_another() -> None:
    workspace = FakeWorkspace(make_document("one.pdf", 12), make_document("two.pdf", 2))
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 2)
        await pilot.press("f2", "slash", *"PAGE 7 the fee", "enter")
        await until(pilot, lambda: "1 of 8" in text_of(pilot))
        await pilot.press("ctrl+t", "down", "enter")
        await until(pilot, lambda: screen._shelf.current.name == "two.pdf")
        await pilot.press("n")
        await until(pilot, lambda: "Nothing was searched for" in text_of(pilot))
        assert screen.document.page == 1


async def test_a_search_that_is_left_gives_the_focus_back() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "slash", *"abc", "escape")
        await until(pilot, lambda: screen.focused is screen.document)
        assert screen.query_one("#asking").display


async def test_hostile_text_is_shown_and_never_obeyed() -> None:
    text = "one\x1b[2J\x1b]52;c;aGk=\x07 [bold red]two[/] \u202eeerht\u202c\x9b31m\nfour"
    async with FakeWorkspace(make_text("evil\x1b[31m[b].txt", text)).app().run_test() as pilot:
        await ready(pilot)
        shown = text_of(pilot)
        assert "one␛[2J␛]52;c;aGk=␇ [bold red]two[/] eerht�31m" in shown
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)


async def test_chinese_text_fills_the_lines_and_none_is_wider_than_the_pane() -> None:
    page = Page(1, "合同双方应当在三十日内书面通知对方，否则视为放弃。" * 30)
    document = Document("2" * 64, "合同.pdf", make_document().kind, "合同", (page,))
    async with FakeWorkspace(document).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        strips = [screen.document.render_line(y) for y in range(screen.document.rows)]
        assert {strip.cell_length for strip in strips} == {screen.document.columns}
        assert max(len(strip.text.strip()) for strip in strips[1:]) >= 36


async def test_a_text_file_has_lines_instead_of_pages() -> None:
    lines = "\n".join(f"line number {n}" for n in range(1, 501))
    async with FakeWorkspace(make_text("notes.txt", lines)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("ctrl+g", *"400", "enter")
        await until(pilot, lambda: "line 400 of 500" in text_of(pilot))
        assert screen.query_one(DocumentView).render_line(0).text.strip() == "line number 400"
        await pilot.press("ctrl+g", *"999", "enter")
        await until(pilot, lambda: "There is no line 999" in text_of(pilot))


async def test_a_document_that_cannot_be_read_says_why_in_its_place() -> None:
    error = DamagedInput("failing-0.pdf is damaged.", "Try a copy.")
    async with FakeWorkspace(error).app().run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "failing-0.pdf is damaged." in text_of(pilot))
        assert "Try a copy." in text_of(pilot)
        await ask(pilot)
        await until(pilot, lambda: "! no document could be read" in text_of(pilot))


async def test_the_first_readable_document_is_shown_and_another_one_can_be_chosen() -> None:
    damaged = DamagedInput("failing-0.pdf is damaged.", "")
    workspace = FakeWorkspace(damaged, make_document("a/one.pdf"), make_document("b/two.pdf", 20))
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 2)
        assert screen._shelf.current.short_name == "one.pdf"
        await pilot.press("f2", "8", "G", "ctrl+t")
        assert "cannot be read" in text_of(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "1 of 20" in text_of(pilot))
        await pilot.press("ctrl+t", "up", "enter")
        await until(pilot, lambda: "8 of 12" in text_of(pilot))


@pytest.mark.parametrize("key", ["ctrl+f", "ctrl+g"])
async def test_what_is_typed_before_the_work_has_begun_is_taken(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = ReceivingScreen._go_on
    monkeypatch.setattr(ReceivingScreen, "_go_on", lambda screen: None)
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = screen_of(pilot)
        for typed in (Key(key, None), Key("7", "7"), Key("1", "1")):
            pilot.app.post_message(typed)
        await until(pilot, lambda: screen.query_one("#command", Input).value == "71")
        screen.call_later(go_on, screen)
        await ready(pilot)
        assert screen.query_one("#command", Input).value == "71"
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: screen._position == 7 or len(screen._found) > 8)


async def test_what_is_missing_in_a_document_that_is_still_read_is_not_said_to_be_missing() -> (
    None
):
    workspace = FakeWorkspace()
    workspace.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "reading 3 of 12" in text_of(pilot))
        await pilot.press("ctrl+f", *"Part 9", "enter")
        so_far = "on the 3 of 12 pages read so far"
        await until(pilot, lambda: f"“Part 9” is not {so_far}" in text_of(pilot))
        await pilot.press("ctrl+g")
        assert "1 to 3 so far" in text_of(pilot)
        await pilot.press("9", "enter")
        await until(pilot, lambda: f"There is no page 9 {so_far}" in text_of(pilot))
        workspace.gate.set()
        await ready(pilot)
        await pilot.press("ctrl+g", "9", "enter")
        await until(pilot, lambda: "page 9 of 12" in text_of(pilot))


async def test_of_a_document_that_cannot_be_read_nothing_is_said_to_be_missing() -> None:
    async with FakeWorkspace(DamagedInput("It is damaged.", "")).app().run_test() as pilot:
        await until(pilot, lambda: "It is damaged." in text_of(pilot))
        await pilot.press("ctrl+f", "x", "enter")
        await until(
            pilot, lambda: "failing-0.pdf cannot be read" in screen_of(pilot).status.notice
        )


@pytest.mark.parametrize(("forward", "back"), [("J", "K"), ("right", "left")])
async def test_pages_are_turned_one_by_one_and_stop_at_both_ends(forward: str, back: str) -> None:
    async with FakeWorkspace(make_document(pages=3)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "j", "j")
        for key, page in [(forward, 2), (forward, 3), (back, 2), (back, 1)]:
            await pilot.press(key)
            await until(pilot, lambda page=page: screen._position == page)  # type: ignore[misc]
            assert (screen.document.top.page, screen.document.top.offset) == (page - 1, -1)
        await pilot.press(back)
        await pilot.press(forward, forward, forward)
        await until(pilot, lambda: screen._position == 3)
        assert screen.document.looked_at.page == 2
        await pilot.press(back)
        await until(pilot, lambda: screen._position == 2)
