"""What is told of an answer that was not found: f3 on a refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docmind.answers.events import Answered
from docmind.answers.options import AskOptions
from docmind.model import Ledger, Mode
from docmind.tui.conversation import Turn
from docmind.tui.ledger import ledger_facts
from docmind.tui.request import Request
from tests.tui.fakes import FakeWorkspace, ask, make_answer, make_document, ready, text_of

REFUSED = make_answer("Who?", make_document(), ())


def told(ledger: Ledger, options: AskOptions | None = None) -> str:
    """All facts of a refusal with this ledger, in one line."""
    request = Request("Who?", "Who?", options or AskOptions())
    turn = Turn(0, "Who?", request=request)
    turn.take(Answered(replace(REFUSED, ledger=ledger)))
    return " | ".join(f"{label} {text}".strip() for label, text in ledger_facts(turn))


@pytest.mark.parametrize(
    ("mode", "words", "advice"),
    [
        (Mode.WHOLE, "12 of 12 pages, all at once", ""),
        (Mode.RETRIEVE, "12 of 12 pages, those that rank best", "try /mode every-part"),
        (Mode.EVERY_PART, "12 of 12 pages, in 4 of 4 parts", ""),
        (Mode.EXTRACTIVE, "compared by their words alone, not meaning", "docmind serve plan"),
    ],
)
def test_a_refusal_tells_how_it_was_looked_for_and_what_to_try(
    mode: Mode, words: str, advice: str
) -> None:
    ledger = replace(REFUSED.ledger, mode=mode, parts_read=4, parts_total=4, window_tokens=9)
    facts = told(ledger)
    assert "found nothing that answers it" in facts
    assert words in facts
    assert advice in facts


def test_a_refusal_tells_what_was_not_looked_at() -> None:
    ledger = replace(
        REFUSED.ledger, pages_without_text=(3, 7, 8), pages_partly_read=("page 9",),
        retrieval="lexical+dense",
    )  # fmt: skip
    facts = told(ledger, AskOptions(documents=("contract.pdf",)))
    assert "words and their meaning" in facts
    assert "not pages 3, 7-8: no text could be read there" in facts
    assert "partly: page 9" in facts
    assert "only contract.pdf, as it was asked" in facts


def test_an_answer_that_was_found_needs_no_excuse() -> None:
    turn = Turn(0, "What?")
    turn.take(Answered(make_answer("What?", make_document())))
    assert "found" not in [label for label, _ in ledger_facts(turn)]


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["narrow", "wide"])
async def test_f3_on_a_refusal_shows_what_was_searched(size: tuple[int, int]) -> None:
    workspace = FakeWorkspace()
    workspace.bench.answer = lambda question, document: make_answer(question, document, ())
    async with workspace.app().run_test(size=size) as pilot:
        await ready(pilot)
        await ask(pilot)
        await pilot.press("f3")
        shown = " ".join(text_of(pilot).split())
        assert "nothing that answers it" in shown
        assert "12 of 12 pages" in shown
