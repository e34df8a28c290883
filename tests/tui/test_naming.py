"""With several documents open, each citation says which one it is from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docmind.model import Document
from docmind.tui.conversation import Turn
from docmind.tui.short_names import short_names
from docmind.tui.transcript import turn_rows
from tests.tui.fakes import (
    FakeWorkspace,
    ask,
    cite,
    make_answer,
    make_document,
    ready,
    text_of,
)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        pytest.param((), {}, id="none"),
        pytest.param(("a/one.pdf",), {"a/one.pdf": "one.pdf"}, id="one"),
        pytest.param(
            ("a/one.pdf", "b/two.pdf"),
            {"a/one.pdf": "one.pdf", "b/two.pdf": "two.pdf"},
            id="the file's name tells them apart",
        ),
        pytest.param(
            ("2024/q1/report.pdf", "2025/q1/report.pdf", "notes.md"),
            {
                "2024/q1/report.pdf": "2024/q1/report.pdf",
                "2025/q1/report.pdf": "2025/q1/report.pdf",
                "notes.md": "notes.md",
            },
            id="as many folders as it takes",
        ),
        pytest.param(
            ("report.pdf", "old/report.pdf"),
            {"report.pdf": "report.pdf", "old/report.pdf": "old/report.pdf"},
            id="one has no folder",
        ),
    ],
)
def test_a_name_is_as_short_as_it_can_be(names: tuple[str, ...], shown: dict[str, str]) -> None:
    assert short_names(names) == shown


def test_a_long_name_gives_way_to_the_page() -> None:
    document = make_document("a-very-long-name-of-a-services-agreement-of-2024.pdf")
    turn = Turn(0, "What is the fee?")
    turn.citations[1] = cite(document, 1, 5, "the fee for clause 3 is 15 euros")
    names = short_names([document.name, "other.pdf"])

    rows = turn_rows(turn, 60, names=names, waits_for="")

    (row,) = [row for row in rows if row.citation == 1]
    assert "a-very-long-n… p.5 (printed 3)" in "".join(text for _, text in row.pieces)


async def test_two_documents_of_one_name_are_told_apart_at_80_columns() -> None:
    first, second = make_document("2024/report.pdf"), make_document("2025/report.pdf")
    workspace = FakeWorkspace(first, second)

    def from_both(question: str, document: Document) -> object:
        answer = make_answer(question, document, (5, 9))
        citations = (answer.citations[0], replace(answer.citations[1], document=second.name))
        return replace(answer, citations=citations)

    workspace.bench.answer = from_both  # type: ignore[assignment]
    async with workspace.app().run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await ask(pilot)

        shown = " ".join(text_of(pilot).split())
        assert "[1] 2024/report.pdf p.5 (printed 3)" in shown
        assert "[2] 2025/report.pdf p.9 (printed 7)" in shown
