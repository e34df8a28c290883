"""A language model behind the program: what it writes, how it is stopped, and when it dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from textual.pilot import Pilot

from docmind.answers.events import Answered, AnswerEvent, Planned, Prefilling, TextAdded
from docmind.errors import ServerDied, ServerNotStarted
from docmind.model import Document, Mode, Status, Turn
from docmind.ports import EnginePhase, EngineState
from docmind.tui.conversation import TurnState
from tests.tui.fakes import (
    MODEL,
    FakePrefill,
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    make_model_answer,
    ready,
    screen_of,
    text_of,
    until,
    written,
)

NARROW = (80, 24)
WIDE = (160, 45)


def with_model(*documents: Document) -> FakeWorkspace:
    """A workspace whose model is loaded, and writes what `written` says."""
    workspace = FakeWorkspace(*documents)
    workspace.engines.be_ready()
    workspace.engines.restartable = True
    workspace.bench.events = written
    return workspace


async def begin(pilot: Pilot[None], question: str = "What is the fee?") -> None:
    """Ask, and do not wait for the answer."""
    await ready(pilot)
    screen_of(pilot).prompt.insert(question)
    await pilot.press("enter")


def held(workspace: FakeWorkspace, after: int) -> threading.Event:
    """Hold the answer up once so many bits of it have come."""
    workspace.bench.gate, workspace.bench.holds_at = threading.Event(), after
    return workspace.bench.gate


def shown(pilot: Pilot[None]) -> str:
    return " ".join(text_of(pilot).replace("\N{NO-BREAK SPACE}", " ").split())


async def test_what_a_model_writes_is_shown_as_it_comes_with_marks_that_can_be_followed() -> None:
    workspace = with_model()
    gate = held(workspace, 3)
    async with workspace.app().run_test(size=NARROW) as pilot:
        await begin(pilot)
        await until(pilot, lambda: "The fee is 15 euros [1], later 27 euros [2]." in shown(pilot))
        assert "2 citations so far, not checked yet" in shown(pilot)
        assert "writing · esc stops" in shown(pilot)
        assert "paid within thirty days [3]" not in shown(pilot)
        await pilot.press("tab", "2")
        await until(pilot, lambda: screen_of(pilot)._position == 9)
        gate.set()


async def test_a_click_on_a_mark_in_the_text_shows_its_citation() -> None:
    async with with_model().app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        lines = text_of(pilot).splitlines()
        row = next(y for y, line in enumerate(lines) if "later 27 euros" in line)
        await pilot.click("#answers", offset=(lines[row].index("[2]") + 1, row))
        await until(pilot, lambda: screen._position == 9)


async def test_a_finished_answer_has_its_citations_its_doubts_and_its_numbers() -> None:
    async with with_model().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "3 citations, all exact · tab, then 1-3 shows one on its page" in shown(pilot)
        assert "• The fee of page 2 is paid in gold. [?]" in shown(pilot)
        assert "paid within thirty days [3]. [?]" not in shown(pilot)
        assert "1 statement is marked [?]" in shown(pilot)
        assert "whole document · 85,102 of 131,072 tokens · read 12 of 12 pages" in shown(pilot)


async def test_citations_that_are_not_exact_and_weak_or_cut_answers_say_so_in_words() -> None:
    workspace = with_model()

    def doubtful(question: str, document: Document) -> Iterator[AnswerEvent]:
        answer = make_model_answer(question, document)
        first, *others = answer.citations
        cited = (replace(first, status=Status.NORMALIZED), *others)
        yield Answered(replace(answer, citations=cited, weak=True, partial=True))

    workspace.bench.events = doubtful
    async with workspace.app().run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "3 citations, 1 normalized, 2 exact" in shown(pilot)
        lines = text_of(pilot).splitlines()
        first = next(at for at, line in enumerate(lines) if "Weak evidence" in line)
        assert "what was read does not say so." in lines[first]
        assert "Fees" in lines[first + 1]
        assert "whole document · incomplete" in shown(pilot)


async def test_under_a_chinese_answer_everything_that_belongs_to_it_is_chinese() -> None:
    workspace = with_model()

    def chinese(question: str, document: Document) -> Iterator[AnswerEvent]:
        answer = make_model_answer(question, document)
        yield Answered(replace(answer, text="费用为 15 欧元 [1]。", language="zh", weak=True))

    workspace.bench.events = chinese
    async with workspace.app().run_test(size=(90, 40)) as pilot:
        await ready(pilot)
        await ask(pilot, "费用是多少？")
        for words in (
            "3 条引用，全部逐字一致 · 先按 tab，再按 1-3 可查看所在页", "第 5 页（印刷页码 3）",
            "全文 · 85,102 / 131,072 个词元 · 已读 12 / 12 页 · 2.2 秒",
            "! 证据较弱：所读内容不支持以下说法。 费用为 15 欧元",
            "! 1 条陈述标有 [?]：在所读内容中没有找到依据。",
        ):  # fmt: skip
            assert words in shown(pilot), words


async def test_the_status_line_tells_the_numbers_the_mode_and_the_model() -> None:
    workspace = with_model()
    workspace.bench.prefill_state = FakePrefill(running=True, seconds=12.4)
    async with workspace.app().run_test(size=WIDE) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "ready: Qwen2.5-7B-Instruct" in text_of(pilot))
        assert "reading the document… 12 s" in text_of(pilot)
        assert "of 131,072 tokens" in text_of(pilot)
        workspace.bench.prefill_state = FakePrefill(done=True)
        await until(pilot, lambda: "document read" in text_of(pilot))
        await ask(pilot)
        assert "85,102 of 131,072 tokens, whole document" in text_of(pilot)


async def test_the_model_is_told_to_read_the_documents_once_all_are_there() -> None:
    workspace = with_model()
    async with workspace.app().run_test(size=WIDE) as pilot:
        await ready(pilot)
        names = {document.name for document in workspace.bench.documents}
        await until(pilot, lambda: set(workspace.bench.prefilled) == names != set())


async def test_a_narrow_status_line_still_tells_numbers_and_model() -> None:
    async with with_model().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        assert "85.1K/131.1K tokens  Qwen2.5-7B" in text_of(pilot)


async def test_while_the_model_reads_the_answer_says_what_and_for_how_long() -> None:
    workspace = with_model()
    gate = threading.Event()

    def reads(question: str, document: Document) -> Iterator[AnswerEvent]:
        yield Planned(Mode.WHOLE, "it fits the window", 85102, 131072)
        yield Prefilling(12.3)
        gate.wait(30)
        yield Answered(make_model_answer(question, document))

    workspace.bench.events = reads
    async with workspace.app().run_test(size=NARROW) as pilot:
        await begin(pilot)
        words = "the model reads 85,102 tokens (whole document), 12 s · esc stops"
        await until(pilot, lambda: words in shown(pilot))
        gate.set()


async def test_escape_keeps_what_was_written_closes_the_answer_and_r_asks_again() -> None:
    workspace = with_model()
    gate = held(workspace, 2)
    async with workspace.app().run_test(size=NARROW) as pilot:
        await begin(pilot)
        await until(pilot, lambda: "The fee is 15 euros [1]" in shown(pilot))
        await pilot.press("escape")
        assert "■ stopped; what had come is kept" in shown(pilot)
        gate.set()
        await until(pilot, lambda: workspace.bench.closed == 1)
        assert "The fee is 15 euros [1]" in shown(pilot)
        assert "later 27 euros" not in shown(pilot)
        await pilot.press("tab", "r")
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._conversation[1].state is TurnState.DONE)
        assert workspace.bench.asked == ["What is the fee?"] * 2


async def test_a_server_that_dies_in_the_middle_leaves_the_text_and_a_key_that_helps() -> None:
    workspace = with_model()
    workspace.bench.error = ServerDied("The server went away.", "docmind serve logs tells why.")
    workspace.bench.fails_after = 2
    async with workspace.app().run_test(size=NARROW) as pilot:
        await begin(pilot)
        await until(pilot, lambda: "! The server went away." in shown(pilot))
        assert "The fee is 15 euros [1]" in shown(pilot)
        assert "ctrl+r starts it again" in shown(pilot)
        assert "docmind serve logs tells why." in shown(pilot)
        workspace.engines.state = EngineState(EnginePhase.FAILED, "the server ended")
        await until(pilot, lambda: screen_of(pilot)._engine.state.phase is EnginePhase.FAILED)
        assert "the server ended" not in shown(pilot)  # the answer has told of it already
        workspace.bench.error = None
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "loading weights 40%" in shown(pilot))
        workspace.engines.be_ready()
        await until(pilot, lambda: "The model is ready: Qwen" in shown(pilot))
        await pilot.press("tab", "r")
        await until(pilot, lambda: "paid in gold. [?]" in shown(pilot))
        assert len(screen_of(pilot)._conversation) == 2


async def test_the_key_that_helps_is_seen_however_long_the_server_s_address_is() -> None:
    workspace = with_model()
    workspace.bench.error = ServerDied(f"The server at {'/long' * 80} died.", "See why: " * 40)
    workspace.bench.fails_after = 2
    async with workspace.app().run_test(size=NARROW) as pilot:
        await begin(pilot)
        await until(pilot, lambda: "ctrl+r starts it again; then r" in shown(pilot))


async def test_a_part_that_was_answered_before_the_server_died_keeps_its_citations() -> None:
    workspace = with_model()

    def dies(question: str, document: Document) -> Iterator[AnswerEvent]:
        answer = make_model_answer(question, document)
        yield TextAdded("The fee is **15 euros** [1]", answer.citations[:1])
        yield Answered(replace(answer, text="The fee is **15 euros** [1]", partial=True))
        raise ServerDied("The server went away.")

    workspace.bench.events = dies
    async with workspace.app().run_test(size=NARROW) as pilot:
        await begin(pilot)
        await until(pilot, lambda: "! The server went away." in shown(pilot))
        assert "3 citations, all exact" in shown(pilot)
        assert "incomplete" in shown(pilot)


async def test_a_server_that_dies_while_nothing_is_asked_is_told_of_once() -> None:
    workspace = with_model()
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        error = ServerDied("The server was killed.", "docmind serve logs tells why.")
        workspace.engines.state = EngineState(EnginePhase.FAILED, "", error=error)
        await until(pilot, lambda: "! The server was killed. ctrl+r starts it" in shown(pilot))
        assert "no model" in screen_of(pilot).status.facts.engine
        assert shown(pilot).count("The server was killed.") == 1


async def test_a_restart_that_fails_says_why() -> None:
    workspace = with_model()
    workspace.engines.state = EngineState(EnginePhase.FAILED, "it ended")
    workspace.engines.error = ServerNotStarted("The GPU is full.", "docmind serve plan")
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: screen_of(pilot)._engine.restartable)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "! The GPU is full." in shown(pilot))
        assert "docmind serve plan" in shown(pilot)


async def test_a_server_that_runs_is_restarted_only_after_a_yes() -> None:
    workspace = with_model()
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        workspace.engines.offer = "These documents need a window of 131,072 tokens."
        await until(pilot, lambda: "! These documents need a window" in shown(pilot))
        assert "ctrl+r asks whether to restart" in shown(pilot)
        for answer in ("n", "escape"):
            await pilot.press("ctrl+r")
            assert "y yes · n no" in shown(pilot)
            await pilot.press(answer)
        assert workspace.engines.restarts == 0
        await pilot.press("ctrl+r", "y")
        await until(pilot, lambda: workspace.engines.restarts == 1)
        await until(
            pilot, lambda: workspace.bench.prefills == 2
        )  # the new server has read nothing


async def test_without_a_server_of_its_own_ctrl_r_says_so() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+r")
        assert "docmind manages no server here" in shown(pilot)


async def test_an_answer_that_came_while_the_model_loads_says_so() -> None:
    workspace = FakeWorkspace()
    workspace.engines.state = EngineState(EnginePhase.LOADING, "loading weights", 0.4)
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "loading weights 40%" in shown(pilot))
        await ask(pilot)
        assert "the model is still loading" in shown(pilot)
        workspace.engines.be_ready()
        await until(pilot, lambda: "The model is ready: Qwen" in shown(pilot))


async def test_earlier_questions_go_with_each_question_but_not_those_that_were_cut_off() -> None:
    workspace = with_model()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot, "one?")
        gate = held(workspace, 1)
        await begin(pilot, "two?")
        await until(pilot, lambda: bool(screen._conversation[1].text))
        await pilot.press("escape")
        gate.set()
        await ask(pilot, "three?")
        text = make_model_answer("one?", make_document()).text
        assert [each.history for each in workspace.bench.options] == [
            (), (Turn("one?", text),), (Turn("one?", text),)
        ]  # fmt: skip


async def test_one_key_tells_how_an_answer_came_to_be() -> None:
    workspace = with_model()

    def told(question: str, document: Document) -> Iterator[AnswerEvent]:
        answer = make_model_answer(question, document)
        ledger = replace(
            answer.ledger, pages_partly_read=("contract.pdf: pages 3-9",), history_turns=2,
            history_turns_dropped=1, evidence_passages=8,
        )  # fmt: skip
        yield Answered(replace(answer, ledger=ledger, warnings=("Page 3 was read by OCR.",)))

    workspace.bench.events = told
    async with workspace.app().run_test(size=(100, 40)) as pilot:
        await ready(pilot)
        await pilot.press("f3")
        assert "There is no answer yet" in shown(pilot)
        await ask(pilot)
        await pilot.press("f3")
        for words in (
            "because it fits the window", "vllm, Qwen/Qwen2.5-7B-Instruct", "read 12 of 12",
            "partly: contract.pdf: pages 3-9", "85,102 read by the model, of a window of 131,072",
            "84,992 of them cached (99.8%)", "2 earlier questions seen, 1 dropped",
            "8 passages recited", "2.2; the first word after 0.1", "Page 3 was read by OCR.",
            "1 of 3 statements without support",
        ):  # fmt: skip
            assert words in shown(pilot), words
        await pilot.press("escape", "tab", "l")
        assert "because it fits the window" in shown(pilot)


async def test_a_long_answer_stays_at_its_beginning_and_counts_what_is_below() -> None:
    workspace = with_model()
    text = "\n\n".join(f"Paragraph {number} about the fee [1]." for number in range(30))

    def long(question: str, document: Document) -> Iterator[AnswerEvent]:
        yield TextAdded(text, make_answer(question, document).citations[:1])
        yield Answered(replace(make_model_answer(question, document), text=text))

    workspace.bench.events = long
    workspace.bench.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "more lines · writing · esc stops · pgdn" in shown(pilot))
        workspace.bench.gate.set()
        await until(pilot, lambda: screen._conversation[0].state.over)
        assert "Paragraph 0 about" in shown(pilot)
        assert "more lines · 3 citations: tab, then 1-3 · pgdn" in shown(pilot)
        await pilot.press("tab", "G")
        assert "whole document" in shown(pilot)
        assert "more lines" not in shown(pilot)
        assert screen.answers.scroll_offset.y == screen.answers.max_scroll_y


async def test_back_from_a_citation_is_where_the_answer_was_left() -> None:
    workspace = with_model()
    text = "\n\n".join(f"Paragraph {number} about the fee [1]." for number in range(30))
    workspace.bench.events = lambda question, document: iter(
        [Answered(replace(make_model_answer(question, document), text=text))]
    )
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "1")
        await until(pilot, lambda: screen._position == 5)
        await pilot.press("backspace")
        await until(pilot, lambda: "Paragraph 0 about" in shown(pilot))


async def test_whoever_reads_above_stays_there_and_whoever_is_at_the_end_follows() -> None:
    workspace = with_model()
    gates = [threading.Event() for _ in range(3)]

    def slowly(question: str, document: Document) -> Iterator[AnswerEvent]:
        for number, gate in enumerate(gates):
            lines = (f"Part {number}, paragraph {each}." for each in range(20))
            yield TextAdded("\n\n".join(lines) + "\n\n")
            gate.wait(30)
        yield Answered(replace(make_model_answer(question, document), text="done"))

    workspace.bench.events = slowly
    async with workspace.app().run_test(size=NARROW) as pilot:
        await begin(pilot)
        answers = screen_of(pilot).answers
        await until(pilot, lambda: answers.virtual_size.height > 40)
        await pilot.press("tab", "space")
        place, height = answers.scroll_offset.y, answers.virtual_size.height
        gates[0].set()
        await until(pilot, lambda: answers.virtual_size.height > height)
        assert answers.scroll_offset.y == place
        await pilot.press("G")
        height = answers.virtual_size.height
        gates[1].set()
        await until(pilot, lambda: answers.virtual_size.height > height)
        assert answers.scroll_offset.y == answers.max_scroll_y
        gates[2].set()


async def test_ten_thousand_words_at_once_are_a_few_updates_and_no_key_waits_for_them() -> None:
    workspace = with_model()

    def floods(question: str, document: Document) -> Iterator[AnswerEvent]:
        for number in range(10_000):
            yield TextAdded(f"word{number} " + ("\n\n" if number % 40 == 39 else ""))
        yield Answered(replace(make_model_answer(question, document), text="The end."))

    workspace.bench.events = floods
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        laid_out = 0
        update = screen.answers.update

        def counted() -> None:
            nonlocal laid_out
            laid_out += 1
            update()

        screen.answers.update = counted  # type: ignore[method-assign]
        await begin(pilot)
        await pilot.press(*"abc")
        assert screen.prompt.text == "abc"
        await until(pilot, lambda: "The end." in shown(pilot))
        assert laid_out < 1_000


async def test_text_of_a_model_is_never_obeyed() -> None:
    workspace = with_model()
    text = (
        "\x1b[2J\x1b]0;owned\x07[link](https://evil.example) [@click=app.quit]x[/] <b>b</b> [99]"
    )

    def hostile(question: str, document: Document) -> Iterator[AnswerEvent]:
        yield TextAdded(text)
        yield Answered(replace(make_model_answer(question, document), text=text, engine=MODEL))

    workspace.bench.events = hostile
    async with workspace.app().run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await ask(pilot)
        for words in ("[link](https://evil.example)", "[@click=app.quit]x[/]", "<b>b</b> [99]"):
            assert words in shown(pilot)
        assert "\x1b" not in shown(pilot)


async def test_a_file_that_cannot_be_read_stays_in_the_transcript_with_its_reason() -> None:
    workspace = FakeWorkspace(make_document(), ServerDied("It is [b]broken[/b].", "Mend it."))
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: "cannot be read: It is [b]broken[/b]." in shown(pilot))
        assert "Mend it." in shown(pilot)
        assert "1 failed" in shown(pilot)
        await until(pilot, lambda: screen._desk.documents == 1)
        for number in range(3):
            await ask(pilot, f"question {number}?")
        await pilot.press("tab", "g")
        assert "cannot be read: It is [b]broken[/b]." in shown(pilot)


async def test_why_an_answer_failed_is_in_view_however_long_it_was() -> None:
    workspace = with_model()
    text = "\n\n".join(f"Paragraph {number} about the fee." for number in range(30))
    workspace.bench.events = lambda question, document: iter([TextAdded(text), TextAdded("")])
    workspace.bench.error = ServerDied("The server is gone.", "docmind serve logs")
    workspace.bench.fails_after = 1
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        await until(pilot, lambda: "The server is gone." in shown(pilot))
