"""From a claim to the passage that it rests on, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docmind.answers.events import Answered
from docmind.model import Answer, Document
from tests.tui.fakes import (
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    ready,
    text_of,
    until,
)

NARROW = (80, 24)
WIDE = (160, 45)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_a_digit_shows_the_citation_and_backspace_goes_back(size: tuple[int, int]) -> None:
    async with FakeWorkspace().app().run_test(size=size) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "2")
        await until(pilot, lambda: screen._position == 9)
        assert " 2▌" in text_of(pilot)
        assert "page 9 of 12 (printed 7)" in text_of(pilot)
        await pilot.press("backspace")
        await until(pilot, lambda: screen._position == 1)
        assert screen.focused is screen.answers


async def test_the_cited_words_are_marked_by_more_than_colour() -> None:
    workspace = FakeWorkspace(theme="ansi-dark")
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "1")
        await until(pilot, lambda: screen._position == 5)
        strips = [screen.document.render_line(y) for y in range(screen.document.rows)]
        reversed_text = " ".join(
            segment.text.strip()
            for strip in strips
            for segment in strip
            if segment.style and segment.style.reverse
        )
        assert reversed_text == "the fee for clause 3 is 15 euros"


async def test_down_and_enter_show_a_citation_of_the_list() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "down", "down", "enter")
        await until(pilot, lambda: screen._position == 9)
        assert screen.focused is screen.document


async def test_a_click_on_a_citation_shows_it() -> None:
    async with FakeWorkspace().app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        row = next(y for y, line in enumerate(text_of(pilot).splitlines()) if "[3] p.2" in line)
        await pilot.click("#answers", offset=(10, row))
        await until(pilot, lambda: screen._position == 2)


async def test_c_goes_through_the_cited_passages_in_the_order_of_the_text() -> None:
    async with FakeWorkspace().app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("f2")
        pages = []
        for key in ("c", "c", "c", "c", "C"):
            await pilot.press(key)
            await pilot.pause()
            pages.append(screen.document.page)
        assert pages == [2, 5, 9, 2, 9]
        assert screen.answers.cursor == 2


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_digits_one_after_the_other_show_one_citation_after_the_other(
    size: tuple[int, int],
) -> None:
    async with FakeWorkspace().app().run_test(size=size) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("f2")
        for digit, page in (("2", 9), ("1", 5), ("3", 2)):
            await pilot.press(digit)
            await until(pilot, lambda page=page: screen._position == page)  # type: ignore[misc]
        await pilot.press("backspace")
        await until(pilot, lambda: screen._position == 5)


async def test_digits_in_the_document_mean_a_page_where_g_follows() -> None:
    async with FakeWorkspace(make_document(pages=40)).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("f2", "2")
        await until(pilot, lambda: screen._position == 9)
        await pilot.press("escape", "f2", "2", "3", "G")
        await until(pilot, lambda: screen._position == 23)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: screen._position == 9)


async def test_a_digit_whose_document_is_not_open_says_so_and_loses_no_place() -> None:
    def answer(question: str, document: Document) -> Answer:
        made = make_answer(question, document)
        elsewhere = replace(made.citations[0], document="papers/lease.pdf")
        beyond = replace(made.citations[1], page=99)
        return replace(made, citations=(elsewhere, beyond, *made.citations[2:]))

    workspace = FakeWorkspace()
    workspace.bench.answer = answer
    async with workspace.app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "tab", "1")
        await until(pilot, lambda: "lease.pdf is not open" in text_of(pilot))
        await pilot.press("escape", "tab", "2")
        await until(pilot, lambda: "Page 99 of contract.pdf is not there" in text_of(pilot))
        await pilot.press("tab", "1", "1", "G")
        await until(pilot, lambda: screen._position == 11)
        await pilot.press("backspace")
        await until(pilot, lambda: screen._position == 1)


async def test_brackets_choose_whose_citations_the_digits_mean() -> None:
    workspace = FakeWorkspace()
    answers = {"one?": (4,), "two?": (8,)}
    workspace.bench.answer = lambda q, document: make_answer(q, document, answers[q])
    async with workspace.app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot, "one?")
        await ask(pilot, "two?")
        await pilot.press("tab", "1")
        await until(pilot, lambda: screen._position == 8)
        await pilot.press("left_square_bracket", "1")
        await until(pilot, lambda: screen._position == 4)
        await pilot.press("right_square_bracket", "1")
        await until(pilot, lambda: screen._position == 8)


async def test_a_citation_that_is_not_there_is_said_to_be_missing() -> None:
    async with FakeWorkspace().app().run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "9")
        assert "The selected answer has no citation [9]" in text_of(pilot)


async def test_a_resize_keeps_the_cited_passage_in_view() -> None:
    async with FakeWorkspace(make_document(pages=60)).app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "2")
        await until(pilot, lambda: " 2▌" in text_of(pilot))
        for size in ((120, 20), (112, 16), WIDE):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: " 2▌" in text_of(pilot))
        assert screen._position == 9


async def test_with_several_documents_a_citation_names_its_own_and_opens_it() -> None:
    other = make_document("folder/other.pdf", 20)
    workspace = FakeWorkspace(make_document(), other)
    workspace.bench.answer = lambda question, _: make_answer(question, other)
    async with workspace.app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        assert "[1] other.pdf p.5 (printed 3)" in text_of(pilot)
        await pilot.press("tab", "1")
        await until(pilot, lambda: "page 5 of 20" in text_of(pilot))
        await pilot.press("backspace")
        await until(pilot, lambda: screen._shelf.index == 0)


async def test_what_comes_after_a_stop_is_dropped() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        turn = screen._conversation.ask("late?")
        turn.stop()
        turn.take(Answered(make_answer("late?", make_document())))
        assert turn.answer is None
