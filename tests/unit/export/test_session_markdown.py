"""Sessions as Markdown with footnotes, and as records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import msgspec

from docmind.export.schema import schema_of
from docmind.export.session_markdown import session_markdown
from docmind.export.session_records import session_record, sessions_record
from docmind.model import (
    Claim,
    EngineName,
    Kind,
    Outcome,
    Rating,
    Session,
    SessionDocument,
    SessionTurn,
)
from tests.unit.export.made import answer, citation, document

ASKED = datetime(2026, 1, 31, 12, tzinfo=UTC)
TURN = SessionTurn(1, "Who may terminate?", ASKED, Outcome.DONE, answer(document()))
SESSION = Session(
    "20260131-abc123",
    ASKED,
    ASKED,
    (SessionDocument("contract.pdf", "ab" * 32, "/papers/contract.pdf"),),
    (TURN,),
)


def told(*turns: SessionTurn) -> str:
    """The Markdown of a session with these turns."""
    return session_markdown(replace(SESSION, turns=turns))


def test_evidence_stands_in_footnotes_with_its_place() -> None:
    text = told(TURN)

    assert "## 1. Who may terminate?" in text
    assert "Either party may terminate. [^1-1]" in text
    assert "[^1-1]: contract.pdf, page 1 (printed iv) (exact, OCR): “terminate on notice.”" in text


def test_footnotes_of_different_answers_do_not_meet() -> None:
    text = told(TURN, replace(TURN, number=2))

    assert text.count("[^1-1]: ") == text.count("[^2-1]: ") == 1


def test_lines_of_code_stay_lines_in_their_footnote() -> None:
    source = document(kind=Kind.MARKDOWN)
    code = replace(citation(source), code=True, quote="def a():\n    return 1")
    text = told(replace(TURN, answer=replace(answer(source), citations=(code,))))

    assert "    ```\n    def a():\n        return 1\n    ```" in text


def test_what_only_looks_like_a_mark_in_quoted_code_stays_as_it_is() -> None:
    source = document(kind=Kind.MARKDOWN)
    code = Claim("first = items[1]", (1,), code=True)
    quoted = replace(answer(source), claims=(code,), engine=EngineName("extractive", None))
    text = told(replace(TURN, answer=quoted))

    assert "```\nfirst = items[1]\n```\n\n[^1-1]" in text


def test_what_ended_early_says_so_and_keeps_its_words() -> None:
    stopped = replace(TURN, answer=None, text="Either *party*", outcome=Outcome.STOPPED)
    failed = replace(TURN, answer=None, outcome=Outcome.FAILED, error="The server died.")

    assert "Either \\*party\\*\n\n**The answer was stopped.**" in told(stopped)
    assert "**The answer failed: The server died.**" in told(failed)


def test_a_rating_and_a_correction_are_told() -> None:
    rated = replace(TURN, rating=Rating.DOWN, correction="Only the customer.")

    assert "*Rated: not good.*" in told(rated)
    assert "*The reader's answer:* Only the customer." in told(rated)


def test_a_question_cannot_make_a_heading_or_a_link() -> None:
    text = told(replace(TURN, question="a\n# b <img src=x>"))

    assert "## 1. a # b \\<img src=x>" in text


def test_the_records_are_as_their_schemas_say() -> None:
    pairs = [("session", session_record(SESSION)), ("sessions", sessions_record([SESSION]))]
    for name, record in pairs:
        jsonschema.validate(msgspec.json.decode(msgspec.json.encode(record)), schema_of(name))
