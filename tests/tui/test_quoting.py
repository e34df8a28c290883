"""Questions about what is in view, and questions that are changed and asked again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from docmind.model import Block, BlockKind, OutlineItem, Page
from docmind.ports import EnginePhase
from docmind.tui.layout import Anchor
from docmind.tui.outline import Outline
from docmind.tui.passage import passage_at, stretch_at
from docmind.tui.shelf import OpenDocument
from tests.tui.fakes import FakeWorkspace, ask, make_document, ready, text_of, until

NARROW = (80, 24)
WIDE = (160, 45)
OUTLINE = (
    OutlineItem("Fees", 1, 3),
    OutlineItem("Late fees", 2, 4),
    OutlineItem("Term", 1, 6),
)


def test_a_passage_is_the_block_or_the_paragraph_in_view() -> None:
    text = "First line\nof it.\n\nSecond one."
    assert passage_at(Page(1, text), 20) == (19, len(text))
    assert text[slice(*passage_at(Page(1, text), -1))] == "First line\nof it."
    blocks = (Block(BlockKind.PARAGRAPH, 0, 10), Block(BlockKind.PARAGRAPH, 11, 17))
    assert passage_at(Page(1, text, blocks=blocks), 10) == (11, 17)
    running = (Block(BlockKind.RUNNING, 0, 10), Block(BlockKind.PARAGRAPH, 11, 17))
    assert passage_at(Page(1, text, blocks=running), -1) == (11, 17)


@pytest.mark.parametrize(
    ("place", "title", "pages"),
    [
        (Anchor(0, -1), "", range(1, 2)),
        (Anchor(2, 5), "Fees", range(3, 6)),
        (Anchor(4, 0), "Late fees", range(4, 6)),
        (Anchor(11, 3), "Term", range(6, 13)),
    ],
)
def test_a_section_reaches_to_the_next_of_its_level(
    place: Anchor, title: str, pages: range
) -> None:
    document = OpenDocument("contract.pdf", "contract.pdf")
    document.finish(replace(make_document(), outline=OUTLINE))

    stretch = stretch_at(document, Outline(document), place)

    assert (stretch.title, stretch.pages) == (title, pages)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_the_section_in_view_is_summarized(size: tuple[int, int]) -> None:
    workspace = FakeWorkspace(replace(make_document(), outline=OUTLINE))
    async with workspace.app().run_test(size=size) as pilot:
        screen = await ready(pilot)
        screen._go_to(5)
        await pilot.press("f2", "S")
        await until(pilot, lambda: workspace.bench.stretches)
        (stretch,) = workspace.bench.stretches
        assert (stretch.title, stretch.pages) == ("Late fees", range(4, 6))
        await until(pilot, lambda: screen._conversation[0].state.over)
        assert "Summarize the section “Late fees” (pages 4-5)" in text_of(pilot)
        assert "the section's own sentences are chosen" in text_of(pilot)
        await pilot.press("tab", "r")
        await until(pilot, lambda: len(workspace.bench.stretches) == 2)
        await pilot.press("tab", "e", "enter")
        await until(pilot, lambda: len(workspace.bench.stretches) == 3)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_the_cited_passage_is_quoted_in_the_prompt(size: tuple[int, int]) -> None:
    async with FakeWorkspace().app().run_test(size=size) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "1", "f2" if size == WIDE else "l", "escape")
        screen.look_at("document")
        await pilot.press("a")
        assert screen.prompt.text == "“the fee for clause 3 is 15 euros” (page 5) "
        assert screen.focused is screen.prompt


async def test_without_a_model_what_stands_near_a_passage_explains_it() -> None:
    workspace = FakeWorkspace()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen._go_to(5)
        await pilot.press("f2", "E")
        await until(pilot, lambda: workspace.bench.asked)
        assert workspace.bench.options[0].pages == range(4, 7)
        assert workspace.bench.asked == ["Part 5"]
        await until(pilot, lambda: screen._conversation[0].state.over)
        assert "Explain this passage (page 5): “Part 5”" in text_of(pilot)
        assert "No model is there to explain" in text_of(pilot)


async def test_a_model_explains_a_passage_from_all_of_the_document() -> None:
    workspace = FakeWorkspace()
    workspace.engines.be_ready()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: screen._engine.state.phase is EnginePhase.READY)
        await pilot.press("f2", "E")
        await until(pilot, lambda: workspace.bench.asked)
        assert workspace.bench.options[0].pages is None
        assert workspace.bench.asked[0].startswith("Explain this passage (page 1): “Part 1”")


async def test_a_question_is_changed_and_asked_again() -> None:
    workspace = FakeWorkspace()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("tab", "e")
        assert "Nothing was asked yet" in text_of(pilot)
        await pilot.press("escape")
        await ask(pilot, "What is the fee?")
        await ask(pilot, "Who pays?")
        await pilot.press("tab", "left_square_bracket", "e")
        assert screen.focused is screen.prompt
        assert screen.prompt.text == "What is the fee?"
        await pilot.press("backspace", *" in May?", "enter")
        await until(pilot, lambda: len(workspace.bench.asked) == 3)
        assert workspace.bench.asked[-1] == "What is the fee in May?"


async def test_questions_of_earlier_runs_come_back_by_up(tmp_path: Path) -> None:
    for run in (1, 2):
        workspace = FakeWorkspace()
        workspace.history = tmp_path / "sessions.sqlite"
        async with workspace.app().run_test(size=NARROW) as pilot:
            screen = await ready(pilot)
            if run == 1:
                await ask(pilot, "one?")
                await ask(pilot, "two?")
            else:
                await until(pilot, lambda: "Asked before" in text_of(pilot))
                await pilot.press("up", "up")
                assert screen.prompt.text == "one?"


async def test_many_pasted_lines_are_one_question() -> None:
    workspace = FakeWorkspace()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        pilot.app.post_message(Paste("What is\nthe fee\nof page 5?"))
        await until(pilot, lambda: screen.prompt.text.count("\n") == 2)
        assert workspace.bench.asked == []
        await pilot.press("enter")
        await until(pilot, lambda: workspace.bench.asked == ["What is\nthe fee\nof page 5?"])


async def select(pilot: Pilot[None], first: tuple[int, int], last: tuple[int, int]) -> None:
    """Drag the mouse from one cell of the terminal to another."""
    await pilot.mouse_down(offset=first)
    await pilot.hover(offset=last)
    await pilot.mouse_up(offset=last)


def cell_of(pilot: Pilot[None], words: str) -> tuple[int, int]:
    """Where these words stand on the terminal."""
    lines = text_of(pilot).splitlines()
    row = next(at for at, line in enumerate(lines) if words in line)
    return lines[row].index(words), row


async def test_what_the_mouse_selects_in_the_document_is_explained_and_copied() -> None:
    workspace = FakeWorkspace()
    workspace.engines.be_ready()
    async with workspace.app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: screen._engine.state.phase is EnginePhase.READY)
        screen._go_to(5)
        await until(pilot, lambda: "5.2 On page 5" in text_of(pilot))
        x, y = cell_of(pilot, "page 5 the fee for clause 2")
        await select(pilot, (x, y), (x + 3, y + 1))
        page = make_document().page(5).text
        _, words = screen.document.selected or (None, "")
        assert words in page
        assert "\n" not in words
        assert words.startswith("page 5 the fee for clause 2 is 10 euros")
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == words
        await pilot.press("E")
        await until(pilot, lambda: workspace.bench.asked)
        assert f"Explain this passage (page 5): “{words}”" in workspace.bench.asked[0]


async def test_what_the_mouse_selects_in_an_answer_is_copied_and_opens_no_citation() -> None:
    async with FakeWorkspace().app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        x, y = cell_of(pilot, "fee is 15 euros")
        place = screen.document.top
        await select(pilot, (x, y), (x + 14, y + 1))
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard.startswith("fee is 15 euros.\N{NO-BREAK SPACE}[1]\n  • The fee")
        assert screen.document.top == place
        await pilot.click(offset=(x, y))
        assert screen.answers.text_selection is None
