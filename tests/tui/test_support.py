"""Statements that nothing supports are marked where they stand, and counted once."""

from __future__ import annotations

from dataclasses import replace

from docmind.answers.review import unsupported_note
from docmind.model import Answer, Claim
from docmind.tui.conversation import Turn
from docmind.tui.ledger import ledger_facts
from docmind.tui.markdown_lines import UNSUPPORTED
from docmind.tui.outcome import outcome_lines
from docmind.tui.support import marked_text
from tests.tui.fakes import make_document, make_model_answer


def doubtful() -> Answer:
    answer = make_model_answer("Who pays?", make_document())
    note = unsupported_note(answer.claims, "en")
    return replace(answer, warnings=(note, "Page 3 was read by OCR."))


def test_that_statements_lack_support_is_said_once() -> None:
    turn = Turn(0, "Who pays?")
    turn.answer = doubtful()

    lines = [text for _, text in outcome_lines(turn, 200, "")]
    assert sum("1 statement" in line for line in lines) == 1
    assert "! Page 3 was read by OCR." in lines
    facts = [text for _, text in ledger_facts(turn)]
    assert sum("statement" in fact for fact in facts if "without support" in fact) == 1
    assert not any("not found in the documents" in fact for fact in facts)


def test_the_same_words_said_twice_are_marked_twice() -> None:
    claim = Claim("The fence is blue.", (), supported=False)
    answer = replace(
        doubtful(), text="The fence is blue. The fence is blue.", claims=(claim, claim)
    )

    assert (
        marked_text(answer) == f"The fence is blue.{UNSUPPORTED} The fence is blue.{UNSUPPORTED}"
    )


def test_one_of_a_thing_is_no_plural() -> None:
    turn = Turn(0, "Who pays?")
    answer = doubtful()
    ledger = replace(answer.ledger, evidence_passages=1, history_turns=1)
    turn.answer = replace(answer, ledger=ledger)

    facts = [text for _, text in ledger_facts(turn)]
    assert any("; 1 passage recited" in fact for fact in facts)
    assert "1 earlier question seen" in facts
