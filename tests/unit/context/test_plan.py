"""What the model reads: all of it where it fits, and never a word less in silence."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmind.context.asked import Asked
from docmind.context.plan import Plan, make_plan
from docmind.context.prompt import SYSTEM
from docmind.errors import DoesNotFit, UsageError
from docmind.model import Document, Hit, Kind, Mode, Turn
from docmind.settings import ContextSettings, ReadingMode
from tests.unit.context.made import COUNTER, WordMeasure, asked, copies, document

WORDS = "the tenant pays the rent on the first day of each month to the landlord or his agent"
PARAGRAPH = " ".join([WORDS] * 4) + "."
SYSTEM_WORDS = len(SYSTEM.content.split())


def lease(pages: int, name: str = "lease.pdf") -> Document:
    return document(name, *[[f"Page {number}. {PARAGRAPH}"] for number in range(1, pages + 1)])


def plan(window: int, question: Asked, wanted: ContextSettings | None = None) -> Plan:
    return make_plan(question, WordMeasure(window), COUNTER, wanted or ContextSettings())


def documents_text(made: Plan) -> str:
    return made.messages[1].content


def test_a_document_that_fits_is_read_whole_and_the_ledger_says_by_how_much() -> None:
    made = plan(10_000, asked(copies(lease(20))))

    assert made.mode is Mode.WHOLE
    assert re.fullmatch(r"1,\d{3} tokens with passage marks fit the window of 10,000", made.reason)
    assert (made.pages_read, made.pages_partly_read) == (20, ())
    assert documents_text(made).count("the tenant") == 20 * 4


def test_what_does_not_fit_is_read_by_whole_pages_in_document_order() -> None:
    held = copies(lease(100))
    best = [("lease.pdf", page) for page in (70, 12, 55)]
    made = plan(1_500, asked(held, ranked=best))

    assert made.mode is Mode.RETRIEVE
    assert made.pages_partly_read == ("lease.pdf: pages 12, 55, 70",)
    assert made.pages_read == 3
    assert [sheet.page for sheet in made.sheets] == [12, 55, 70]
    assert "do not fit the window of 1,500" in made.reason


def test_small_documents_come_whole_and_before_those_that_come_in_part() -> None:
    held = copies(lease(100, "long.pdf"), lease(2, "short.pdf"))
    made = plan(2_000, asked(held, ranked=[("long.pdf", 50), ("short.pdf", 1), ("long.pdf", 7)]))

    text = documents_text(made)
    assert text.index("B: short.pdf") < text.index("A: long.pdf")
    assert made.pages_partly_read == ("long.pdf: pages 7, 50",)


def test_a_document_of_which_nothing_is_read_is_named() -> None:
    held = copies(lease(100, "long.pdf"), lease(90, "other.pdf"))
    made = plan(1_500, asked(held, ranked=[("long.pdf", 3)]))

    assert "other.pdf: not read" in made.pages_partly_read


def test_a_text_file_of_one_huge_page_is_cut_by_passages() -> None:
    text = document(
        "notes.txt", [f"Note {each}. {PARAGRAPH}" for each in range(300)], kind=Kind.TEXT
    )
    made = plan(4_000, asked(copies(text)))

    assert made.mode is Mode.RETRIEVE
    (part,) = made.pages_partly_read
    assert part.startswith("notes.txt: lines 1-")
    assert made.pages_read == 0
    assert 0 < len(made.sheets) < 13


def test_where_no_passage_ranks_the_documents_are_read_from_the_beginning() -> None:
    made = plan(1_500, asked(copies(lease(100)), "房租何时到期？", ranked=[]))

    assert [sheet.page for sheet in made.sheets][:3] == [1, 2, 3]
    assert made.reason.endswith("were read from the beginning, as none ranks")


@pytest.mark.parametrize("question", [{"question": "why " * 3_000}, {"role": "A lawyer. " * 900}])
@pytest.mark.parametrize("pages", [1, 100])
def test_a_question_that_leaves_no_room_for_an_answer_is_refused(
    question: dict[str, Any], pages: int
) -> None:
    wanted = replace(asked(copies(lease(pages))), **question)
    with pytest.raises(UsageError, match=r"more than the model's window of 2,048"):
        plan(2_048, wanted)


def test_a_model_is_never_asked_about_documents_of_which_no_page_fits() -> None:
    with pytest.raises(DoesNotFit, match="Not one page fits"):
        plan(SYSTEM_WORDS + 160, asked(copies(lease(100))))


def test_in_a_small_window_the_best_page_comes_before_evidence_and_history() -> None:
    held = copies(lease(100))
    made = plan(SYSTEM_WORDS + 225, asked(held, ranked=[("lease.pdf", 70)]))

    assert [sheet.page for sheet in made.sheets] == [70]
    assert made.prompt_tokens + made.output_tokens <= SYSTEM_WORDS + 225


def test_documents_without_a_passage_are_no_reason_to_refuse() -> None:
    held = copies(document("blank.pdf", []))

    assert plan(2_000, asked(held, mode=ReadingMode.RETRIEVE)).pages_read == 0


@pytest.mark.parametrize("question", [{"mode": ReadingMode.WHOLE}, {"require_whole": True}])
def test_who_wants_all_of_it_is_told_in_numbers_why_that_cannot_be(
    question: dict[str, Any],
) -> None:
    with pytest.raises(
        DoesNotFit, match=r"7,\d{3} tokens with passage marks do not fit: of the window of 3,000"
    ):
        plan(3_000, asked(copies(lease(100)), **question))


def test_who_is_refused_is_told_what_to_leave_out() -> None:
    with pytest.raises(DoesNotFit) as required:
        plan(3_000, asked(copies(lease(100)), require_whole=True))
    with pytest.raises(DoesNotFit) as chosen:
        plan(3_000, asked(copies(lease(100)), mode=ReadingMode.WHOLE))

    assert "(leave out --require-whole)" in required.value.hint
    assert "(--mode retrieve)" in chosen.value.hint


def test_the_setting_for_the_largest_whole_document_holds_unless_whole_is_asked_for() -> None:
    held = copies(lease(20))
    small = ContextSettings(whole_up_to_tokens=500)

    assert plan(10_000, asked(held), small).mode is Mode.RETRIEVE
    assert "whole_up_to_tokens (500)" in plan(10_000, asked(held), small).reason
    assert plan(10_000, asked(held, mode=ReadingMode.WHOLE), small).mode is Mode.WHOLE


def test_every_part_is_read_where_it_is_asked_for_and_at_once_where_it_is_one_part() -> None:
    held = copies(lease(60))
    wanted = ContextSettings(part_tokens=1_000)
    made = plan(9_000, asked(held, mode=ReadingMode.EVERY_PART), wanted)

    assert plan(9_000, asked(held, mode=ReadingMode.EVERY_PART)).mode is Mode.WHOLE
    assert made.mode is Mode.EVERY_PART
    assert made.reason == f"every part was asked for: {made.parts_total}"
    assert all(portion.tokens <= 1_000 for portion in made.portions)
    assert made.pages_read == 60
    assert sum(portion.tokens for portion in made.portions) < made.prompt_tokens


@pytest.mark.parametrize(
    "question", ["List all the deadlines.", "Is there any penalty?", "列出所有的期限"]
)
def test_every_part_is_read_for_a_question_about_everything_or_it_is_warned(question: str) -> None:
    held = copies(lease(100))
    never = ContextSettings(every_part_up_to_tokens=0)

    assert plan(2_000, asked(held, question)).mode is Mode.EVERY_PART
    assert "so every part is read: " in plan(2_000, asked(held, question)).reason
    assert "not everything was read" in plan(2_000, asked(held, question), never).warnings[0]
    assert plan(12_000, asked(held, question)).mode is Mode.WHOLE
    assert plan(2_000, asked(held, "Who pays the rent?")).mode is Mode.RETRIEVE


def test_history_gives_way_to_the_document_oldest_first() -> None:
    held = copies(lease(20))
    turns = tuple(Turn(f"question {each}", "word " * 200) for each in range(10))
    alone = plan(10_000, asked(held))
    tight = alone.prompt_tokens + 100 + 500
    made = plan(tight, asked(held, history=turns), ContextSettings(evidence_tokens=0))

    assert made.mode is Mode.WHOLE
    assert 0 < made.history_turns < 10
    assert made.history_turns + made.history_turns_dropped == 10
    assert made.messages[-3].content == "question 9"


def test_the_prefix_is_the_same_bytes_for_every_question_and_grows_at_its_end() -> None:
    one, two = copies(lease(3)), copies(lease(3), lease(4, "b.pdf"))
    first = plan(10_000, asked(one, "Who pays?"))
    second = plan(10_000, asked(one, "When is it due?", history=(Turn("Who pays?", "He [1]."),)))
    third = plan(10_000, asked(two))

    assert first.messages[:3] == second.messages[:3]
    assert third.messages[1].content.startswith(first.messages[1].content)
    assert second.messages[4].content == "He."


def test_evidence_stands_before_the_question_in_document_order() -> None:
    held = copies(lease(20))
    best = [("lease.pdf", page) for page in (15, 2)]
    made = plan(10_000, asked(held, ranked=best))
    last = made.messages[-1].content

    assert made.evidence_passages == 2
    assert last.index("A2a") < last.index("A15a") < last.index("Who pays the rent?")
    assert last.endswith("Who pays the rent?")


@settings(max_examples=150, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    spare=st.integers(-SYSTEM_WORDS // 2, 6_000),
    output=st.integers(1, 9_000),
    turns=st.integers(0, 6),
    history=st.integers(0, 800),
    evidence=st.integers(0, 800),
    retrieved=st.integers(1, 4_000),
    mode=st.sampled_from((ReadingMode.AUTO, ReadingMode.RETRIEVE)),
)
def test_a_prompt_never_exceeds_the_window_and_nothing_is_dropped_in_silence(
    sizes: list[int], spare: int, output: int, turns: int, history: int, evidence: int,
    retrieved: int, mode: ReadingMode,
) -> None:  # fmt: skip
    held = copies(*(lease(size, f"{number}.pdf") for number, size in enumerate(sizes)))
    window = SYSTEM_WORDS * 2 + spare
    question = asked(
        held,
        mode=mode,
        output_tokens=output,
        history=tuple(Turn("why?", "because " * 50) for _ in range(turns)),
    )
    wanted = ContextSettings(
        retrieved_tokens=retrieved, history_tokens=history, evidence_tokens=evidence
    )
    try:
        made = plan(window, question, wanted)
    except DoesNotFit:
        return  # not one page fits

    assert made.sheets
    assert WordMeasure(window).count(made.messages) == made.prompt_tokens
    assert made.prompt_tokens + made.output_tokens <= window
    assert made.history_turns + made.history_turns_dropped == turns
    read = {(sheet.document, sheet.page) for sheet in made.sheets}
    for copy in held:
        name = copy.document.name
        whole = all((name, sheet.page) in read for sheet in copy.sheets)
        told = [part for part in made.pages_partly_read if part.startswith(f"{name}: ")]
        assert len(told) == (0 if whole else 1)
    assert made.pages_read == len(read)
    assert all(sheet.text in made.messages[1].content for sheet in made.sheets)


def test_why_it_reads_what_it_reads_is_told_in_the_language_of_the_answer() -> None:
    held = copies(lease(100, "long.pdf"), lease(90, "other.pdf"))
    wanted = replace(asked(held, "谁付房租？", ranked=[("long.pdf", 3)]), language="zh")
    made = plan(1_500, wanted)

    assert made.reason.startswith("连同段落标记共 ")
    assert "由检索选出" in made.reason
    assert "other.pdf：未读" in made.pages_partly_read
    assert any(part.startswith("long.pdf：第 ") for part in made.pages_partly_read)
    assert "可放入" in plan(200_000, wanted).reason


def test_where_the_best_page_has_no_room_its_best_passages_are_read_instead() -> None:
    plain = document("notes.txt", [f"Note {n}. {PARAGRAPH}" for n in range(300)], kind=Kind.TEXT)
    held = copies(plain, lease(3, "short.pdf"))
    passages = [passage for sheet in held[0].sheets for passage in sheet.passages]
    hits = tuple(Hit(passages[at], 1.0) for at in (150, 10, 200))
    window = SYSTEM_WORDS + 300
    made = plan(window, replace(asked(held), hits=hits))

    read = [passage for sheet in made.sheets for passage in sheet.passages]
    assert passages[150] in read
    assert {passage.document for passage in read} == {"notes.txt"}
    assert "the best page is too long for it, so" in made.reason
    assert made.reason.endswith("tokens of single passages were read, chosen by search")
    assert made.prompt_tokens + made.output_tokens <= window
    assert made.pages_read == 0


def test_a_window_of_4k_reads_some_of_a_long_text_file() -> None:
    notes = document("notes.txt", [f"Note {n}. {PARAGRAPH}" for n in range(300)], kind=Kind.TEXT)
    made = plan(4_096, asked(copies(notes), output_tokens=1_024))

    assert len(made.sheets) >= 2
    assert "tokens of whole pages were chosen" in made.reason
