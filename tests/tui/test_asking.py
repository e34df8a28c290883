"""Questions, answers as they come, and what happens when they are stopped or fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from textual.strip import Strip

from docmind.answers.ask import WEAK_NOTES
from docmind.answers.events import AnswerEvent, TextAdded
from docmind.errors import UsageError
from docmind.model import Document
from docmind.tui.conversation import TurnState
from docmind.tui.screens.receiving import ReceivingScreen
from tests.tui.fakes import (
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


async def test_before_anything_is_asked_the_screen_says_what_can_be_done() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        assert "Ask contract.pdf a question." in text_of(pilot)
        assert "f1 shows every key" in text_of(pilot)
        assert "Part 1" in text_of(pilot)


async def test_an_answer_has_claims_citations_and_what_was_read() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        shown = " ".join(text_of(pilot).split())
        assert "▍ What is the fee?" in shown
        assert "• The fee is 15 euros. [1]" in shown
        assert "[1] p.5 (printed 3) “the fee for clause 3 is 15 euros”" in shown
        assert "extractive · lexical · 12,345 tokens · read 12 of 12 pages · 0.1 s" in shown


async def test_claims_are_shown_as_they_come() -> None:
    workspace = FakeWorkspace()
    workspace.bench.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "The fee is 15 euros." in text_of(pilot))
        assert "The fee is 27 euros." not in text_of(pilot)
        assert screen._conversation[0].state is TurnState.RUNNING
        workspace.bench.gate.set()
        await until(pilot, lambda: "The fee is 27 euros." in text_of(pilot))


async def test_a_question_asked_too_early_waits_in_view_and_is_answered_later() -> None:
    workspace = FakeWorkspace()
    workspace.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen_of(pilot).prompt.insert("What is the fee?")
        await pilot.press("enter")
        waiting = "waits until contract.pdf has been read"
        await until(pilot, lambda: waiting in text_of(pilot))
        workspace.gate.set()
        await until(pilot, lambda: "The fee is 15 euros." in text_of(pilot))
        assert waiting not in text_of(pilot)


async def test_escape_stops_an_answer_and_keeps_what_has_come() -> None:
    workspace = FakeWorkspace()
    workspace.bench.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "The fee is 15 euros." in text_of(pilot))
        await pilot.press("escape")
        assert "stopped; what had come is kept" in text_of(pilot)
        workspace.bench.gate.set()
        await until(pilot, lambda: workspace.bench.closed == 1)
        assert "The fee is 15 euros." in text_of(pilot)
        assert "The fee is 27 euros." not in text_of(pilot)
        await ask(pilot, "And now?")
        assert screen._conversation[1].state is TurnState.DONE


async def test_a_second_question_waits_for_the_first() -> None:
    workspace = FakeWorkspace()
    workspace.bench.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        for question in ("one?", "two?"):
            screen.prompt.insert(question)
            await pilot.press("enter")
        await until(pilot, lambda: "waits for the question before it" in text_of(pilot))
        workspace.bench.gate.set()
        await until(pilot, lambda: screen._conversation[1].state is TurnState.DONE)
        assert workspace.bench.asked == ["one?", "two?"]


async def test_what_the_document_does_not_say_is_refused_with_what_was_searched() -> None:
    workspace = FakeWorkspace()
    workspace.bench.answer = lambda question, document: make_answer(question, document, ())
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "The document does not say." in text_of(pilot)
        assert "searched 12 of 12 pages" in text_of(pilot)


async def test_an_error_is_a_line_with_its_hint() -> None:
    workspace = FakeWorkspace()
    workspace.bench.error = UsageError("The question is [b]too long[/b].", "Ask a shorter one.")
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "! The question is [b]too long[/b]." in text_of(pilot)
        assert "Ask a shorter one." in text_of(pilot)


async def test_a_warning_of_the_engine_stands_below_its_answer() -> None:
    workspace = FakeWorkspace()
    workspace.bench.answer = lambda question, document: replace(
        make_answer(question, document), warnings=("Page 3 was read by OCR.",)
    )
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "! Page 3 was read by OCR." in text_of(pilot)


async def test_citations_read_by_ocr_say_so() -> None:
    workspace = FakeWorkspace()

    def by_ocr(question: str, document: object) -> object:
        answer = make_answer(question, make_document())
        cited = tuple(replace(citation, ocr=True) for citation in answer.citations)
        return replace(answer, citations=cited)

    workspace.bench.answer = by_ocr  # type: ignore[assignment]
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "p.5 (printed 3) · OCR" in text_of(pilot)


async def test_an_empty_question_is_not_asked() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("space", "enter")
        assert len(screen._conversation) == 0
        assert "Type a question first" in text_of(pilot)


async def test_the_prompt_takes_several_lines_and_grows_to_six() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("a", "ctrl+j", "b")
        assert screen.prompt.text == "a\nb"
        assert screen.prompt.size.height == 2
        await pilot.press(*["ctrl+j"] * 9)
        assert screen.prompt.size.height == 6


async def test_up_and_down_bring_earlier_questions_and_the_draft_back() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot, "one?")
        await ask(pilot, "two?")
        await pilot.press(*"draft", "up")
        assert screen.prompt.text == "two?"
        await pilot.press("up", "up")
        assert screen.prompt.text == "one?"
        await pilot.press("down", "down")
        assert screen.prompt.text == "draft"


async def test_page_keys_scroll_the_answers_while_typing() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        for number in range(5):
            await ask(pilot, f"question {number}?")
        bottom = screen.answers.scroll_offset.y
        await pilot.press("pageup")
        assert screen.answers.scroll_offset.y < bottom
        assert screen.focused is screen.prompt


async def test_three_hundred_answers_are_one_widget_and_only_the_new_one_is_laid_out() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        widgets = len(screen.query("*"))
        for number in range(300):
            turn = screen._conversation.ask(f"question {number}?")
            turn.take(_answered(turn.question))
        screen.answers.follow()
        assert len(screen.query("*")) == widgets
        before = [id(rows) for rows in screen.answers._rows]
        await ask(pilot, "The last one?")
        assert [id(rows) for rows in screen.answers._rows[:300]] == before
        assert "The last one?" in text_of(pilot)


async def test_a_word_that_comes_paints_its_line_and_what_is_below_but_nothing_above() -> None:
    more = threading.Semaphore(0)

    def events(question: str, document: Document) -> Iterator[AnswerEvent]:
        yield TextAdded("One.\n\nTwo.\n\nThree", ())
        more.acquire()
        yield TextAdded(" and four.", ())
        more.acquire()
        yield from written(question, document)

    workspace = FakeWorkspace()
    workspace.bench.events = events
    async with workspace.app().run_test(size=(160, 45)) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "Three" in text_of(pilot))
        await pilot.pause()
        three = next(y for y in range(40) if "Three" in screen.answers.render_line(y).text)
        painted: dict[str, list[int]] = {"answers": [], "document": []}
        for name, view in (("answers", screen.answers), ("document", screen.document)):
            view.render_line = noting(painted[name], view.render_line)  # type: ignore[method-assign, assignment]
        more.release()
        await until(pilot, lambda: painted["answers"])
        await pilot.pause()
        assert min(painted["answers"]) == three
        assert painted["document"] == []
        more.release()
        more.release()


def noting(lines: list[int], render: Callable[[int], Strip]) -> Callable[[int], Strip]:
    """Draws lines, and notes which."""

    def render_line(y: int) -> Strip:
        lines.append(y)
        return render(y)

    return render_line


def _answered(question: str):  # type: ignore[no-untyped-def]
    from docmind.answers.events import Answered

    return Answered(make_answer(question, make_document()))


async def test_the_newest_answer_is_copied_as_markdown_with_its_sources() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+y")
        assert "There is no answer to copy yet" in text_of(pilot)
        await ask(pilot)
        await pilot.press("ctrl+y")
        assert "contract.pdf, page 5 (printed 3)" in pilot.app.clipboard


async def test_keys_that_arrive_together_act_in_their_order() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        for key in ("a", "b", "backspace", "c", "ctrl+u", "q", "x", "backspace", "y"):
            pilot.app.simulate_key(key)
        await until(pilot, lambda: screen.prompt.text == "qy")
        for key in ("left", "n"):
            pilot.app.simulate_key(key)
        await until(pilot, lambda: screen.prompt.text == "qny")
        await pilot.press("ctrl+g")
        for key in ("1", "2", "backspace", "1", "enter"):
            pilot.app.simulate_key(key)
        await until(pilot, lambda: screen._position == 11)


async def test_a_weak_answer_says_so_above_its_first_line_and_nowhere_else() -> None:
    workspace = FakeWorkspace()
    workspace.bench.answer = lambda question, document: replace(
        make_answer(question, document), weak=True, warnings=(WEAK_NOTES["en"], "Page 3 is bent.")
    )
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        lines = [line.strip() for line in text_of(pilot).splitlines()]
        first = lines.index("! Weak evidence: close to the question, but it may not answer it.")
        assert lines[first + 1] == "• The fee is 15 euros.\N{NO-BREAK SPACE}[1]"
        assert sum("vidence" in line for line in lines) == 1
        assert "! Page 3 is bent." in lines


async def test_the_seconds_of_an_answer_are_those_that_were_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = iter((10.0, 17.5))
    monkeypatch.setattr(ReceivingScreen, "clock", staticmethod(lambda: next(times)))
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "12 of 12 pages · 7.5 s" in text_of(pilot)
        await pilot.press("f3")
        shown = " ".join(text_of(pilot).split())
        assert "7.5 from the question to the end of its answer answering took 0.1;" in shown
