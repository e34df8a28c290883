"""Markdown and plain text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmind.documents.markup import blocks_of_markdown, blocks_of_text
from docmind.errors import NoTextInput, UnsupportedInput
from docmind.model import BlockKind, Kind
from tests.unit.documents.conftest import Reading

MARKDOWN = """---
title: not shown
---
# The *Handbook*

First paragraph
over two lines.

Setext heading
--------------

- one
- two
  and its second line
1. three

| Name | Price |
|------|------:|
| Oak  | 12    |
| Elm  | 9     |

```python
# not a heading
x = 1
```

***

## 2. Closing ##
"""


def test_the_blocks_of_markdown_are_what_its_signs_say() -> None:
    found = [
        (block.kind, block.level, MARKDOWN[block.start : block.end].splitlines()[0])
        for block in blocks_of_markdown(MARKDOWN)
    ]
    assert found == [
        (BlockKind.HEADING, 1, "# The *Handbook*"),
        (BlockKind.PARAGRAPH, 0, "First paragraph"),
        (BlockKind.HEADING, 2, "Setext heading"),
        (BlockKind.ITEM, 1, "- one"),
        (BlockKind.ITEM, 1, "- two"),
        (BlockKind.ITEM, 1, "1. three"),
        (BlockKind.TABLE_HEAD, 0, "| Name | Price |"),
        (BlockKind.TABLE_ROW, 0, "| Oak  | 12    |"),
        (BlockKind.TABLE_ROW, 0, "| Elm  | 9     |"),
        (BlockKind.PARAGRAPH, 0, "```python"),
        (BlockKind.HEADING, 2, "## 2. Closing ##"),
    ]


def test_the_text_is_the_file_and_the_outline_has_plain_titles(
    tmp_path: Path, reading: Reading
) -> None:
    path = tmp_path / "handbook.md"
    path.write_bytes(MARKDOWN.replace("\n", "\r\n").encode())
    document = reading.document(path)
    assert document.page(1).text == MARKDOWN.replace("\n", "\r\n")
    titles = [(item.title, item.level) for item in document.outline]
    assert titles == [("The Handbook", 1), ("Setext heading", 2), ("2. Closing", 2)]
    assert (document.title, document.kind) == ("The Handbook", Kind.MARKDOWN)


def test_chapters_of_plain_text_are_headings_and_clauses_are_items() -> None:
    text = (
        "CHAPTER I\n\nIt was late. Chapter one was short\nand said little.\n\n第二章 总则\n\n"
        "(a) first\n(b) second\n\nSTAVE ONE: MARLEY'S GHOST\n\nEnd."
    )
    found = [(block.kind, block.level) for block in blocks_of_text(text)]
    assert found == [
        (BlockKind.HEADING, 2),
        (BlockKind.PARAGRAPH, 0),
        (BlockKind.HEADING, 2),
        (BlockKind.ITEM, 0),
        (BlockKind.ITEM, 0),
        (BlockKind.HEADING, 4),
        (BlockKind.PARAGRAPH, 0),
    ]


@given(st.text(alphabet="ab#-|` 1.\n\r\x0c*", max_size=200))
def test_blocks_never_overlap_and_leave_out_only_marks(text: str) -> None:
    for blocks in (list(blocks_of_markdown(text)), list(blocks_of_text(text))):
        for block, following in pairwise(blocks):
            assert block.end <= following.start
        for block in blocks:
            assert text[block.start : block.end].strip() == text[block.start : block.end] != ""


@given(st.text(alphabet="ab1. \n", max_size=200))
def test_blocks_of_plain_text_leave_out_nothing_but_white_space(text: str) -> None:
    covered = "".join(text[block.start : block.end] for block in blocks_of_text(text))
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("content", "text", "warning"),
    [
        ("naïve".encode(), "naïve", ""),
        (b"\xef\xbb\xbfmarked", "marked", ""),
        ("naïve".encode("latin-1"), "naïve", "Latin-1"),
        ("naïve".encode("utf-16"), "naïve", "UTF-16"),
        ("合同期限为三年。".encode("gbk"), "合同期限为三年。", "GB18030"),
        ("Müller prüft Größe".encode("latin-1"), "Müller prüft Größe", "Latin-1"),
        ("договор аренды".encode("cp1251"), "äîãîâîð àðåíäû", "Latin-1"),
    ],
)
def test_the_encoding_is_utf_8_or_named(
    content: bytes, text: str, warning: str, tmp_path: Path, reading: Reading
) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    document = reading.document(tmp_path / "a.txt")
    assert document.page(1).text == text
    assert warning in " ".join(document.warnings)


def test_control_characters_of_a_text_file_stay_for_the_sake_of_its_offsets(
    tmp_path: Path, reading: Reading
) -> None:
    (tmp_path / "a.txt").write_bytes(b"a\x1b[31mb")
    assert reading.document(tmp_path / "a.txt").page(1).text == "a\x1b[31mb"


def test_binary_files_and_white_space_are_refused(tmp_path: Path, reading: Reading) -> None:
    (tmp_path / "late.txt").write_bytes(b"x" * 9000 + b"\0")
    with pytest.raises(UnsupportedInput, match="binary"):
        reading.document(tmp_path / "late.txt")
    (tmp_path / "blank.txt").write_bytes(b" \n\n ")
    with pytest.raises(NoTextInput):
        reading.document(tmp_path / "blank.txt")
