"""The outline: a pane where there is room, a sheet elsewhere; where it leads, what it marks."""

from __future__ import annotations

from dataclasses import replace

from docmind.model import Document, OutlineItem
from docmind.tui.layout import Anchor
from docmind.tui.outline import Outline
from docmind.tui.screens.outline import OutlineScreen
from docmind.tui.shelf import OpenDocument
from tests.tui.fakes import FakeWorkspace, make_document, make_text, ready, text_of, until

NARROW = (80, 24)
VERY_WIDE = (160, 45)


def outlined(pages: int = 30) -> Document:
    """A document with a chapter for each page, and in it a section for its sixth clause."""
    document = make_document(pages=pages)
    items: list[OutlineItem] = []
    for page in document.pages:
        items.append(OutlineItem(f"Part {page.number}", 1, page.number))
        start = page.text.index(f"{page.number}.6")
        items.append(OutlineItem(f"Clause {page.number}.6", 2, page.number, start))
    return replace(document, outline=tuple(items))


def opened(document: Document) -> OpenDocument:
    shelved = OpenDocument(document.name)
    shelved.finish(document)
    return shelved


def test_a_place_is_in_the_section_that_began_last() -> None:
    outline = Outline(opened(outlined(pages=3)))
    begins = outline.sections[1].anchor

    assert [outline.at(place) for place in (Anchor(0, -1), Anchor(0, begins.offset - 1))] == [0, 0]
    assert outline.at(begins) == 1
    assert outline.at(Anchor(1, -1)) == 2
    assert outline.at(Anchor(9, 0)) == 5


def test_before_the_first_section_there_is_none() -> None:
    document = make_document(pages=3)
    outline = Outline(
        opened(replace(document, outline=(OutlineItem("Part 2", 1, 2), OutlineItem("?", 1, 99))))
    )

    assert outline.at(Anchor(0, 5)) is None
    assert len(outline) == 1


def test_sections_of_a_text_file_are_told_by_line() -> None:
    text = "# One\nwords\n\n# Two\nwords\n"
    items = (OutlineItem("One", 1, 1), OutlineItem("Two", 1, 1, text.index("# Two")))
    outline = Outline(opened(replace(make_text("a.md", text), outline=items)))

    assert [section.number for section in outline.sections] == [1, 4]


async def test_in_a_narrow_terminal_the_outline_is_a_sheet_that_leads_to_a_section() -> None:
    async with FakeWorkspace(outlined()).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "9", "G", "t")
        await until(pilot, lambda: isinstance(pilot.app.screen, OutlineScreen))
        await until(pilot, lambda: "▌›Part 9" in text_of(pilot))
        assert "esc closes" in text_of(pilot)
        await pilot.press("j", "enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert "9.6 On page 9" in screen.document.render_line(0).text
        await pilot.press("ctrl+o")
        assert screen.document.top == Anchor(8, -1)


async def test_in_a_very_wide_terminal_the_outline_stands_beside_the_text() -> None:
    async with FakeWorkspace(outlined()).app().run_test(size=VERY_WIDE) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "▌ Part 1" in text_of(pilot))
        await pilot.press("f2", "t")
        assert screen.pane == "outline"
        await pilot.press("j", "j", "j", "enter")
        assert screen.pane == "document"
        await until(pilot, lambda: "▌   Clause 2.6" in text_of(pilot))
        await pilot.press("t", "escape")
        assert screen.pane == "prompt"


async def test_the_section_in_view_is_marked_while_the_text_is_scrolled() -> None:
    async with FakeWorkspace(outlined()).app().run_test(size=(160, 12)) as pilot:
        await ready(pilot)
        await pilot.press("f2", *["space"] * 3)
        await until(pilot, lambda: "▌ Part 1" not in text_of(pilot))
        await pilot.press("G")
        await until(pilot, lambda: "▌ Part 30" in text_of(pilot))


async def test_the_outlines_pane_can_be_taken_away_and_brought_back() -> None:
    async with FakeWorkspace(outlined()).app().run_test(size=VERY_WIDE) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "t", "ctrl+b")
        assert not screen.outline.display
        assert screen.pane == "document"
        await pilot.press("ctrl+b")
        assert screen.outline.display


async def test_a_terminal_made_narrow_while_the_outline_has_the_focus_stays_usable() -> None:
    async with FakeWorkspace(outlined()).app().run_test(size=VERY_WIDE) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "t")
        await pilot.resize_terminal(*NARROW)
        await pilot.press("f2")
        assert screen.pane == "document"
        await until(pilot, lambda: "Part 1" in text_of(pilot))


async def test_a_document_without_an_outline_says_so() -> None:
    async with FakeWorkspace().app().run_test(size=VERY_WIDE) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "t")
        await until(pilot, lambda: "contract.pdf has no outline" in text_of(pilot))
        assert not screen.outline.display


async def test_titles_of_an_outline_are_shown_and_never_obeyed() -> None:
    hostile = OutlineItem("one\x1b]52;c;aGk=\x07 [red]two[/]", 1, 1)
    document = replace(make_document(), outline=(hostile,))
    async with FakeWorkspace(document).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "t")
        await until(pilot, lambda: "one␛]52;c;aGk=␇ [red]two[/]" in text_of(pilot))
