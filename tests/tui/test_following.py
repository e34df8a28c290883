"""Links of a page followed by keys."""

from __future__ import annotations

from array import array
from dataclasses import replace

from docmind.errors import DamagedInput
from docmind.model import Document, Link, WordMap
from docmind.tui.screens.links import LinksScreen
from tests.tui.fakes import (
    FakeWorkspace,
    make_document,
    make_text,
    ready,
    text_of,
    until,
)

NARROW = (80, 24)
LINE_POINTS = 10.0


def line_box(line: int) -> tuple[float, float, float, float]:
    return (0.0, LINE_POINTS * line, 500.0, LINE_POINTS * line + LINE_POINTS)


def placed(document: Document) -> Document:
    """Each line of a page is one word, ten points below the one before it."""
    pages = []
    for page in document.pages:
        starts = [0, *(at + 1 for at, letter in enumerate(page.text) if letter == "\n")]
        boxes = [corner for line in range(len(starts)) for corner in line_box(line)]
        words = WordMap(
            array("I", starts).tobytes(),
            array("I", [*(start - 1 for start in starts[1:]), len(page.text)]).tobytes(),
            array("f", boxes).tobytes(),
        )
        pages.append(replace(page, words=words))
    return replace(document, pages=tuple(pages))


def linked(*links: Link, page: int = 1) -> FakeWorkspace:
    workspace = FakeWorkspace(placed(make_document()))
    workspace.linked[page] = links
    return workspace


async def test_the_only_link_is_followed_and_backspace_comes_back() -> None:
    workspace = linked(Link(line_box(1), 9, LINE_POINTS * 3))
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "f")
        await until(pilot, lambda: screen.document.page == 9)
        await until(pilot, lambda: "9.3 On page 9" in text_of(pilot))
        assert "9.1 On page 9" not in text_of(pilot)
        assert "leads to page 9; backspace goes back" in text_of(pilot)
        await pilot.press("backspace")
        assert screen.document.page == 1


async def test_of_several_links_one_is_chosen() -> None:
    links = (Link(line_box(1), 4, 0.0), Link(line_box(2), 7, 0.0), Link(line_box(3), 9, 0.0))
    async with linked(*links).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "f")
        await until(pilot, lambda: isinstance(pilot.app.screen, LinksScreen))
        await until(pilot, lambda: "1.2 On page 1" in text_of(pilot))
        await pilot.press("j", "enter")
        await until(pilot, lambda: screen.document.page == 7)


async def test_the_list_of_links_closes_without_going_anywhere() -> None:
    links = (Link(line_box(1), 4, 0.0), Link(line_box(2), 7, 0.0))
    async with linked(*links).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "f")
        await until(pilot, lambda: isinstance(pilot.app.screen, LinksScreen))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert screen.document.page == 1


async def test_a_page_without_links_says_so() -> None:
    async with linked().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "f")
        await until(pilot, lambda: "No link of page 1 leads to another place" in text_of(pilot))


async def test_a_file_that_is_no_pdf_says_so() -> None:
    workspace = FakeWorkspace(make_text("notes.md", "One line."))
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "f")
        await until(pilot, lambda: "notes.md is no PDF" in text_of(pilot))


async def test_links_that_cannot_be_read_say_why() -> None:
    workspace = linked()
    workspace.links_error = DamagedInput("contract.pdf is damaged", hint="Repair it")
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "f")
        await until(pilot, lambda: "contract.pdf is damaged" in text_of(pilot))
