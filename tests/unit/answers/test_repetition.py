"""A model that says the same over and over: noticed, and nothing else taken for it."""

from __future__ import annotations

import pytest

from docmind.answers.repetition import LoopWatch, loop_start

SENTENCE = "The liability cap is set by the law of the land. "


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        ("The cap is £5,000. ", SENTENCE),
        ("", SENTENCE + "Nobody can change it [2].\n\n"),
        ("责任上限如下。", "责任上限由当地法律规定，双方不得更改。"),
        ("It is ", "very "),
    ],
)
def test_what_is_said_over_and_over_is_a_loop_from_its_second_time(
    before: str, piece: str
) -> None:
    start = loop_start(before + piece * (1_200 // len(piece)))

    assert start == pytest.approx(len(before) + len(piece), abs=2)
    assert loop_start(before + piece * 2) is None


def test_items_that_differ_in_their_numbers_only_are_a_loop() -> None:
    items = "".join(f"{number}. The supplier complies with the law.\n" for number in range(3, 40))

    start = loop_start("The duties are:\n" + items)

    assert start is not None
    assert ("The duties are:\n" + items)[:start].count("supplier") < 12


@pytest.mark.parametrize(
    "text",
    [
        "|" + "---|" * 200,
        "Item | Price\n" + "".join(f"| Part {n} | £{n * 7}.00 |\n" for n in range(90)),
        "".join(f"{n}. The supplier delivers in week {n * 3}.\n" for n in range(90)),
        "1 0 0 0 0 " * 80,
        "no | no | no | no",
        "",
    ],
)
def test_tables_lists_and_figures_are_no_loop(text: str) -> None:
    assert loop_start(text) is None


def test_a_text_that_grows_is_looked_at_now_and_then() -> None:
    watch = LoopWatch()
    looping = "The cap is £5,000. " + SENTENCE * 100

    seen = [size for size in range(1, 1_000) if watch.start(looping[:size]) is not None]

    assert seen
    assert len(seen) < 20
    assert seen[0] < 8 * len(SENTENCE)
