"""While every part is read, the terminal says how far it is; afterwards, how much was read."""

from __future__ import annotations

from dataclasses import replace

from docmind.answers.events import PartRead, Planned, Prefilling
from docmind.model import Mode
from docmind.tui.conversation import Turn
from docmind.tui.ledger import ledger_facts
from docmind.tui.outcome import progress
from tests.tui.fakes import make_document, make_model_answer


def test_how_many_parts_are_read_is_told_until_the_answer_is_made_of_them() -> None:
    turn = Turn(0, "List all fees.")
    turn.take(Planned(Mode.EVERY_PART, "it is about all of it", 90_000, 32_768))
    turn.take(PartRead(3, 12, 40_000))
    during = progress(turn)
    turn.take(PartRead(12, 12, 90_000))
    turn.take(Prefilling(0.4))

    assert during == "the model reads every part: 3 of 12"
    assert progress(turn).startswith("the model reads 90,000 tokens (every part)")


def test_the_ledger_says_in_how_many_parts_it_was_read() -> None:
    turn = Turn(0, "List all fees.")
    answer = make_model_answer("List all fees.", make_document())
    ledger = replace(answer.ledger, mode=Mode.EVERY_PART, parts_total=12, parts_read=11)
    turn.answer = replace(answer, ledger=ledger)

    assert dict(ledger_facts(turn))["pages"].endswith(", in 11 of 12 parts")
