"""Passages of source code: of a size to be cited, in whole lines, under their signatures."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from docmind.documents.code import read_code
from docmind.model import BlockKind, Passage
from docmind.passages.code import MAX_TOKENS, line_groups
from docmind.passages.split import split_document
from docmind.retrieval.headers import Headers
from docmind.tokens.qwen import QwenTokenCounter

COUNTER = QwenTokenCounter()

BODY = "".join(f"        value_{n} = compute(one, two, three, four)\n" for n in range(60))
LARGE = f"""\
import os

class Policy:
    \"\"\"Decides.\"\"\"

    def first(self):
        return 1

    def decide(self, attempt):
{BODY}

def after():
    return 2
"""


def passages(text: str, name: str = "src/policy.py") -> tuple[Passage, ...]:
    document = read_code(text.encode(), Path(name), name, "0" * 64)
    return split_document(document, COUNTER)


def test_passages_cover_the_file_and_keep_their_lines() -> None:
    for passage in passages(LARGE):
        assert passage.kind is BlockKind.CODE
        assert LARGE[passage.start : passage.end] == passage.text
        assert passage.start == 0 or LARGE[passage.start - 1] == "\n"
    together = "".join(passage.text for passage in passages(LARGE))
    assert re.sub(r"\s", "", together) == re.sub(r"\s", "", LARGE)


def test_parts_of_a_long_method_stand_under_its_class_and_its_signature() -> None:
    inside = [each for each in passages(LARGE) if "value_59" in each.text]
    assert inside[0].sections == ("class Policy", "def decide(self, attempt)")


def test_what_follows_a_class_is_no_part_of_it() -> None:
    last = passages(LARGE)[-1]
    assert last.sections == ("def after()",)
    assert "value_59" not in last.text


def test_no_passage_is_much_too_large_even_of_one_line() -> None:
    text = "x = [" + "1, " * 4000 + "]\n" + "y = 2\n" * 2000
    assert all(COUNTER.count(each.text) < 1.2 * MAX_TOKENS for each in passages(text))


def test_the_header_of_a_passage_is_path_and_signatures() -> None:
    document = read_code(LARGE.encode(), Path("a.py"), "src/policy.py", "0" * 64)
    inside = next(each for each in passages(LARGE) if "value_59" in each.text)
    assert Headers(document).of(inside) == (
        "src/policy.py",
        "class Policy",
        "def decide(self, attempt)",
    )


@given(st.lists(st.sampled_from(["x = 1", "", "  ", "\tdef f():", "a" * 500]), max_size=40))
def test_groups_of_lines_cover_all_but_blank_ones(lines: list[str]) -> None:
    text = "\n".join(lines)
    groups = line_groups(text)
    assert "\n".join(text[start:end] for start, end in groups).split() == text.split()
    assert all(start == 0 or text[start - 1] == "\n" for start, _ in groups)
