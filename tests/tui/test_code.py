"""Source code in the document pane: its lines have numbers, and citations lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.answers.events import Answered, AnswerEvent, ClaimMade
from docmind.documents.code import read_code
from docmind.model import Answer, Citation, Claim, Document, Status
from docmind.tui.line_numbers import LineNumbers
from tests.tui.fakes import (
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    make_text,
    ready,
    text_of,
    until,
)

WIDE = (160, 40)


def source(name: str = "src/steps.py", functions: int = 60) -> Document:
    text = "".join(f"def step_{n}(value):\n    return value + {n}\n\n" for n in range(functions))
    return read_code(text.encode(), Path(name), name, "2" * 64)


def cited(document: Document, first: int, last: int) -> Citation:
    lines = document.pages[0].text.splitlines(keepends=True)
    start = len("".join(lines[: first - 1]))
    quote = "".join(lines[first - 1 : last]).rstrip()
    return Citation(
        1, "1.1", document.name, None, None, (first, last), quote, start, start + len(quote), (),
        Status.EXACT, code=True,
    )  # fmt: skip


def answer_citing(citation: Citation, question: str, document: Document) -> Answer:
    answer = make_answer(question, document, pages=())
    claim = replace(make_answer("", make_document()).claims[0], citations=(1,))
    return replace(answer, found=True, text="", claims=(claim,), citations=(citation,))


async def test_each_line_of_source_code_has_its_number_once_however_it_is_wrapped() -> None:
    long = "x = [" + "1234567, " * 30 + "]\ny = 2\n"
    document = read_code(long.encode(), Path("a.py"), "a.py", "3" * 64)
    async with FakeWorkspace(document).app().run_test(size=(80, 24)) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "y = 2" in text_of(pilot))
        rows = [line for line in text_of(pilot).splitlines() if "1234567" in line or "y =" in line]

        assert "  1 x = [" in rows[0]
        assert all("  2" not in row[:12] for row in rows[:-1])
        assert "  2 y = 2" in rows[-1]
        assert screen.document._layout.width <= 80 - 4 - 4


async def test_only_source_code_has_line_numbers() -> None:
    workspace = FakeWorkspace(make_text("notes.txt", "one\ntwo\n"), source("a.py"))
    async with workspace.app().run_test(size=(80, 24)) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "two" in text_of(pilot))
        before = screen.document._layout.width
        assert "1 one" not in text_of(pilot)
        screen.bring(1)
        await until(pilot, lambda: "  1 def step_0(value):" in text_of(pilot))
        assert screen.document._layout.width == before - 4


async def test_a_citation_names_path_and_lines_and_leads_to_them() -> None:
    document = source()
    citation = cited(document, 100, 101)
    workspace = FakeWorkspace(make_text("README.md", "Read me.\n"), document)

    def events(question: str, _document: Document) -> Iterator[AnswerEvent]:
        answer = answer_citing(citation, question, document)
        yield ClaimMade(answer.claims[0], (citation,))
        yield Answered(answer)

    workspace.bench.events = events
    async with workspace.app().run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot, "Where is step 33?")
        await until(pilot, lambda: "steps.py:100-101" in text_of(pilot))
        await pilot.press("tab", "1")
        await until(pilot, lambda: "100 def step_33(value):" in text_of(pilot))


@pytest.mark.parametrize("typed", ["src/steps.py:100-101", "steps.py:100", "src/steps.py:100"])
async def test_lines_are_gone_to_by_what_a_citation_calls_them(typed: str) -> None:
    workspace = FakeWorkspace(make_text("README.md", "Read me.\n"), source())
    async with workspace.app().run_test(size=(80, 24)) as pilot:
        screen = await ready(pilot)
        await until(pilot, lambda: "Read me" in text_of(pilot))
        await pilot.press("ctrl+g", *typed, "enter")
        await until(pilot, lambda: "100 def step_33(value):" in text_of(pilot))
        assert screen._shelf.index == 1
        assert screen._position == 100


async def test_lines_of_a_document_that_is_not_open_are_not_gone_to() -> None:
    workspace = FakeWorkspace(make_document(), source())
    async with workspace.app().run_test(size=(80, 24)) as pilot:
        screen = await ready(pilot)
        for typed in ("other.py:1", "steps.py:100000", "contract.pdf:2"):
            await pilot.press("ctrl+g", *typed, "enter")
            await until(pilot, lambda t=typed: t[:20] in text_of(pilot))  # type: ignore[misc]
            assert screen._shelf.index == 0


def test_line_numbers_have_room_for_the_last_one() -> None:
    numbers = LineNumbers(source(functions=4_000))

    assert numbers.width == 6
    assert numbers.pieces(0) == [(("number",), "    1 ")]
    assert numbers.pieces(3) == [(("number",), "      ")]
    assert LineNumbers().pieces(0) == []


async def test_a_claim_that_is_code_keeps_its_lines_in_the_answer() -> None:
    document = source()
    citation = cited(document, 100, 101)
    workspace = FakeWorkspace(document)
    quoted = Claim(citation.quote, (1,), code=True)

    def events(question: str, _document: Document) -> Iterator[AnswerEvent]:
        answer = answer_citing(citation, question, document)
        yield ClaimMade(quoted, (citation,))
        yield Answered(replace(answer, claims=(quoted,)))

    workspace.bench.events = events
    async with workspace.app().run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await ask(pilot, "Where is step 33?")
        await until(pilot, lambda: "    return value + 33\N{NO-BREAK SPACE}[1]" in text_of(pilot))
        rows = [row.rstrip() for row in text_of(pilot).splitlines()]
        at = next(i for i, row in enumerate(rows) if row.endswith("def step_33(value):"))
        indent = rows[at].index("def")
        assert rows[at + 1].index("return") == indent + 4
