"""What a model writes, as lines of a pane: whatever it is, it fits, and it leads nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmind.tui.markdown import MarkdownText
from docmind.tui.pieces import Line, line_width

SAMPLE = """# Fees

The fee is **15 euros** [1], see `clause[3]` and *more* [2].

1. One
   - nested [3]
2. Two

| Clause | Meaning of the clause in the agreement | Page |
|---|:--|--:|
| 3.1 | Fees are paid in euros, monthly, in arrears [1] | 5 |

> quoted

```python
x = "[1]"
```
---
本协议自双方签字之日起生效[2]。
"""

MARKUP = st.text(alphabet="a b\n#*-`|[1]>.中\t\x1b\x0b\u2028", max_size=80)


def plain(lines: list[Line]) -> str:
    text = "\n".join("".join(text for _, text in line).rstrip() for line in lines)
    return text.replace("\N{NO-BREAK SPACE}", " ")


def played(text: str, role: str) -> list[str]:
    """What plays a role in this text."""
    lines = MarkdownText(text).lines(60)
    return [piece.strip() for line in lines for name, piece in line if name == role]


def test_paragraphs_lists_tables_code_and_quotations_have_their_form() -> None:
    assert plain(MarkdownText(SAMPLE).lines(64)) == (
        "Fees\n\n"
        "The fee is 15 euros [1], see clause[3] and more [2].\n\n"
        "1. One\n"
        "   • nested [3]\n"
        "2. Two\n\n"
        "Clause  Meaning of the clause in the agreement           Page\n"
        "──────  ───────────────────────────────────────────────  ────\n"
        "3.1     Fees are paid in euros, monthly, in arrears [1]     5\n\n"
        "│ quoted\n\n"
        '  x = "[1]"\n\n'
        "────────────────────────\n\n"
        "本协议自双方签字之日起生效 [2]。"
    )


def test_marks_are_pieces_of_their_own_but_not_in_code() -> None:
    assert played(SAMPLE, "mark") == ["[1]", "[2]", "[3]", "[1]", "[2]"]
    assert played(SAMPLE, "code") == ["clause[3]", 'x = "[1]"']
    assert played(SAMPLE, "heading") == ["Fees"]


@pytest.mark.parametrize(
    "text",
    ["[here](https://evil.example)", "![x](https://evil.example/a.png)", "<b>bold</b>",
     "<https://evil.example>", "[1]: https://evil.example", "&lt;"],
)  # fmt: skip
def test_links_images_and_html_stand_there_as_they_were_written(text: str) -> None:
    assert plain(MarkdownText(text).lines(60)) == text


def test_escape_sequences_and_direction_marks_never_reach_the_terminal() -> None:
    shown = plain(MarkdownText("a\x1b[31mb `\x1b]0;t\x07` \u202ec\n\n```\n\x9b1m\n```").lines(60))
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_a_table_that_is_too_wide_wraps_its_columns_and_then_becomes_a_list() -> None:
    table = "| Term | Meaning |\n|---|---|\n| Fee | What the Customer pays for the Services |\n"
    assert plain(MarkdownText(table).lines(30)) == (
        "Term  Meaning\n"
        "────  ────────────────────────\n"
        "Fee   What the Customer pays\n"
        "      for the Services"
    )
    many = "|a|b|c|d|\n|-|-|-|-|\n" + "|a long cell|a long cell|a long cell|a long cell|\n"
    assert plain(MarkdownText(many).lines(30)).startswith("a: a long cell\nb: a long cell")


def test_what_is_nested_too_deep_stays_in_the_pane() -> None:
    text = "\n".join("  " * depth + "- word and word and word" for depth in range(18))
    assert max(map(line_width, MarkdownText(text).lines(40))) <= 40 + 18 * 2


@settings(deadline=None)
@given(MARKUP, st.integers(20, 60))
def test_every_line_fits_and_says_nothing_to_the_terminal(text: str, width: int) -> None:
    for line in MarkdownText(text).lines(width):
        assert line_width(line) <= max(width, 40)
        assert all(ord(character) >= 32 for _, piece in line for character in piece)


@settings(deadline=None)
@given(st.lists(MARKUP, max_size=12))
def test_a_text_that_grew_looks_like_one_that_was_there_at_once(parts: list[str]) -> None:
    growing = MarkdownText()
    for part in parts:
        growing.add(part)
        growing.lines(40)
    assert growing.lines(40) == MarkdownText("".join(parts)).lines(40)


def test_another_width_is_another_layout() -> None:
    text = MarkdownText("word " * 20)
    assert len(text.lines(50)) < len(text.lines(20))
    assert text.lines(50) == MarkdownText("word " * 20).lines(50)
