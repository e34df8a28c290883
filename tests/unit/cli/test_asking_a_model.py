"""`docmind ask` where a language model answers: streamed, interrupted, waited for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docmind.answers.events import (
    Answered,
    AnswerEvent,
    PartRead,
    Planned,
    Prefilling,
    TextAdded,
)
from docmind.answers.options import AskOptions
from docmind.cli.output import Output
from docmind.cli.progress import part_line
from docmind.cli.so_far import INTERRUPTED, SoFar
from docmind.desk import Desk
from docmind.errors import ServerDied
from docmind.model import EngineName, Mode
from tests.fake_server import MODEL, Behaviour, FakeServer
from tests.unit.cli.conftest import Command
from tests.unit.export import made

QUESTION = "What is the monthly fee?"
ENGINE = EngineName("vllm", MODEL)
BEGINNING: tuple[AnswerEvent, ...] = (
    Planned(Mode.WHOLE, "it fits", 1_000, 32_768),
    Prefilling(0.2),
    TextAdded("The fee is **EUR 4,500**"),
    TextAdded(" [1]", (made.citation(made.document()),)),
)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as fake:
        yield fake


def answers_with(monkeypatch: pytest.MonkeyPatch, end: BaseException | AnswerEvent) -> None:
    """Have every desk go through the beginning of an answer, and end like this."""

    def ask(_desk: Desk, _question: str, _options: AskOptions) -> Iterator[AnswerEvent]:
        yield from BEGINNING
        if isinstance(end, BaseException):
            raise end
        yield end

    monkeypatch.setattr(Desk, "ask", ask)


def test_what_was_interrupted_is_told_in_the_language_of_the_question() -> None:
    so_far = SoFar("合同何时终止？", (), ENGINE)
    so_far.take(TextAdded("提前三十天通知。"))
    answer = so_far.answer()

    assert answer is not None
    assert answer.language == "zh"
    assert answer.warnings == (INTERRUPTED["zh"],)


def test_an_interrupted_answer_is_printed_as_far_as_it_came(
    docmind: Command, contract: str, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers_with(monkeypatch, SystemExit(130))

    result = docmind("ask", "--base-url", server.base_url, QUESTION, contract)

    assert result.exit_code == 130
    assert result.stdout.startswith("The fee is **EUR 4,500** [1]\n\n## Sources\n")
    assert f"**Warning:** {INTERRUPTED['en']}" in result.stdout
    assert f"vllm ({MODEL})" in result.stdout


def test_an_interrupted_record_says_that_it_is_partial(
    docmind: Command, contract: str, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers_with(monkeypatch, SystemExit(130))

    result = docmind("ask", "--json", "--base-url", server.base_url, QUESTION, contract)
    record: dict[str, Any] = json.loads(result.stdout)

    assert result.exit_code == 130
    assert record["partial"] is True
    assert record["engine"] == {"name": "vllm", "model": MODEL}
    assert [each["number"] for each in record["citations"]] == [1]


def test_events_of_a_model_are_streamed_a_line_each(
    docmind: Command, contract: str, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers_with(monkeypatch, Answered(made.answer(made.document())))

    result = docmind("ask", "--jsonl", "--base-url", server.base_url, QUESTION, contract)

    events = [json.loads(line)["event"] for line in result.stdout.splitlines()]
    assert events == ["planned", "prefilling", "text", "text", "answer"]


def test_reading_every_part_is_streamed_and_shown_as_it_goes(
    docmind: Command, contract: str, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(_desk: Desk, _question: str, _options: AskOptions) -> Iterator[AnswerEvent]:
        yield Planned(Mode.EVERY_PART, "asked for", 40_000, 32_768)
        yield PartRead(3, 12, 48_000)
        yield Answered(made.answer(made.document()))

    monkeypatch.setattr(Desk, "ask", ask)
    result = docmind("ask", "--jsonl", "--base-url", server.base_url, QUESTION, contract)

    part = json.loads(result.stdout.splitlines()[1])
    assert part == {"event": "part", "done": 3, "total": 12, "tokens": 48_000}
    assert part_line(PartRead(3, 12, 48_000)) == "Reading every part: 3 of 12 (48,000 tokens)"


def test_every_part_is_read_over_http_and_only_then_nothing_is_said_to_be_there(
    docmind: Command, contract: str, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clauses = (f"{at}. The parties meet in spring of year {at}, in Lisbon." for at in range(400))
    Path(contract).write_text("\n\n".join(clauses), encoding="utf-8")
    monkeypatch.setenv("DOCMIND_CONTEXT_PART_TOKENS", "2500")
    server.behaviour.words = ("[cite", ":none]")

    result = docmind(
        "ask", "--json", "--mode", "every-part", "--base-url", server.base_url,
        "Is there any penalty clause?", contract,
    )  # fmt: skip
    record = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (record["found"], record["citations"]) == (False, [])
    assert record["answer"] == "The document does not say."
    ledger = record["ledger"]
    assert ledger["mode"] == "every-part"
    assert ledger["parts_read"] == ledger["parts_total"] == len(server.requests) > 2
    assert (ledger["pages_read"], ledger["pages_partly_read"]) == (1, [])
    assert ledger["output_tokens"] > 0


def test_a_server_that_dies_is_an_error_of_its_own(
    docmind: Command, contract: str, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers_with(monkeypatch, ServerDied("The server went away.", "docmind serve status"))

    result = docmind("ask", "--base-url", server.base_url, QUESTION, contract)

    assert result.exit_code == 3
    assert "The server went away." in result.stderr


def test_a_window_that_is_assumed_is_a_warning(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = made.answer(made.document())
    answers_with(monkeypatch, Answered(SoFarMade(answer.question).answer))
    with FakeServer(Behaviour(kind="openai", window_tokens=0)) as server:
        result = docmind("ask", "--json", "--base-url", server.base_url, QUESTION, contract)

    warnings = json.loads(result.stdout)["warnings"]
    assert any("8,192 tokens are assumed" in warning for warning in warnings)


def test_of_several_documents_every_citation_names_its_own(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    for year in ("2024", "2025"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "offer.md").write_text(f"The fee of {year} is EUR 3,900.\n")
    words = ("The fee of 2024 is EUR 3,900 [cite:B1a].", " That of 2025 is the same [cite:C1a].")
    with FakeServer(Behaviour(words=words)) as server:
        asked = ("--base-url", server.base_url, QUESTION, contract, "2024", "2025")
        page = docmind("ask", *asked).stdout
        record = json.loads(docmind("ask", "--json", *asked).stdout)

    assert "\n1. offer.md, line 1 (exact)" in page
    assert "\n2. 2025/offer.md, line 1 (exact)" in page
    named = [each["document"] for each in record["citations"]]
    assert named == ["offer.md", "2025/offer.md"]


class SoFarMade:
    """An answer of a model, made from the beginning of one."""

    def __init__(self, question: str) -> None:
        so_far = SoFar(question, (), ENGINE)
        for event in BEGINNING:
            so_far.take(event)
        made_answer = so_far.answer()
        assert made_answer is not None
        self.answer = made_answer


def test_the_ledger_of_an_interrupted_answer_is_what_was_planned() -> None:
    ledger = replace(made.answer(made.document()).ledger, mode=Mode.RETRIEVE, pages_read=7)
    so_far = SoFar(QUESTION, (), ENGINE)
    so_far.take(Planned(Mode.RETRIEVE, "too large", 900, 4_096, ledger))
    for piece in ("Either ", "party"):
        so_far.take(TextAdded(piece))
    answer = so_far.answer()

    assert answer is not None
    assert (answer.ledger.pages_read, answer.ledger.tokenizer) == (7, ledger.tokenizer)
    assert (answer.ledger.output_tokens, answer.ledger.tokens_estimated) == (2, True)


def test_where_nothing_was_written_there_is_no_answer() -> None:
    so_far = SoFar(QUESTION, (), ENGINE)
    so_far.take(BEGINNING[0])

    assert so_far.answer() is None


class Terminal(io.StringIO):
    """A terminal as far as a program can tell."""

    def isatty(self) -> bool:
        """It says that it is one."""
        return True


def test_what_is_written_stands_on_the_terminal_until_the_answer_takes_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "6")
    terminal = Terminal()

    with Output(colour=False, stream=terminal).draft() as show:
        show("\n".join(f"line {number}" for number in range(40)) + " \x1b[31mred")

    drawn = terminal.getvalue()
    assert "line 39" in drawn
    assert "line 3\n" not in drawn
    assert "\x1b[31m" not in drawn
    assert drawn.rstrip("\r").endswith("\x1b[2K")  # the last thing it does is to erase itself


def test_a_pipe_gets_no_draft() -> None:
    pipe = io.StringIO()

    with Output(colour=False, stream=pipe).draft() as show:
        show("text")

    assert pipe.getvalue() == ""


def test_a_model_may_be_asked_to_help_with_the_search(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    words = ("monthly fee", " in euros\n", "[rank:P1]")
    flags = ("--mode", "retrieve", "--rewrite", "--rerank", "--retrieval", "lexical")
    with FakeServer(Behaviour(words=words)) as server:
        asked = ("ask", *flags, "--base-url", server.base_url, QUESTION, contract)
        record = json.loads(docmind(*asked, "--json").stdout)
        events = [json.loads(line) for line in docmind(*asked, "--jsonl").stdout.splitlines()]

    assert "“monthly fee in euros”" in record["ledger"]["reason"]
    assert "passages in order (" in record["ledger"]["reason"]
    assert len(server.requests) == 6
    doing = [each.get("doing", "") for each in events if each["event"] == "searching"]
    assert list(dict.fromkeys(doing)) == [
        "",
        "the model writes search queries",
        "the model ranks passages",
    ]


def test_help_with_the_search_that_nobody_can_give_is_a_warning(
    docmind: Command, contract: str
) -> None:
    asked = ("ask", "--json", "--engine", "extractive", "--rewrite", "--no-rerank")
    warnings = json.loads(docmind(*asked, QUESTION, contract).stdout)["warnings"]

    assert [each for each in warnings if "--rewrite has no effect" in each]
    assert not [each for each in warnings if "--rerank" in each]
