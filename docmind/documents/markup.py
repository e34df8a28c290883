"""The blocks of Markdown and of plain text, as spans of the file.

This is no Markdown renderer: it finds what stands as one thing (a heading, a paragraph, an item, a
table row, a fenced piece of code) and leaves the signs of the markup in: a span is a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docmind.model import Block, BlockKind

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_MARKDOWN_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_TEXT_ITEM = re.compile(
    r"\s*(?:[-*+•◦▪–]\s+|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlc]{1,5})[.)]\s+|\d{1,3}(?:\.\d{1,3})+\.?\s+"
    r"|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}、)\S"
)
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CHAPTER = re.compile(
    r"""\s*(?:(PART|BOOK|VOLUME|Part|Book|Volume|第[一二三四五六七八九十百\d]{1,4}[编篇部卷])
    |(CHAPTER|Chapter|ARTICLE|Article|SCHEDULE|Schedule|ANNEX|Annex|APPENDIX|Appendix|ACT|SCENE
      |PREFACE|Preface|INTRODUCTION|Introduction|PROLOGUE|Prologue|EPILOGUE|Epilogue|CONTENTS|Contents
      |第[一二三四五六七八九十百零\d]{1,5}[章回])
    |(SECTION|Section|第[一二三四五六七八九十百\d]{1,4}节)
    )(?![a-z])""",
    re.VERBOSE,
)
_LONGEST_HEADING = 90


@dataclass(frozen=True, slots=True)
class _TextLine:
    """A line without its end, and where it starts in the file."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text.rstrip())

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def first(self) -> int:
        """Offset of the first character that is no space."""
        return self.start + len(self.text) - len(self.text.lstrip())


def _lines(text: str) -> list[_TextLine]:
    lines: list[_TextLine] = []
    start = 0
    # Not splitlines(): it also cuts at form feeds and at U+2028, which editors do not count.
    for match in re.finditer(r"\r\n|\n|\r", text):
        lines.append(_TextLine(text[start : match.start()], start))
        start = match.end()
    if start < len(text):
        lines.append(_TextLine(text[start:], start))
    return lines


def blocks_of_markdown(text: str) -> Iterator[Block]:
    """Blocks of a Markdown file, in order; blank lines and rules between them are left out."""
    lines = _lines(text)
    index = _front_matter_end(lines)
    while index < len(lines):
        line = lines[index]
        if line.blank:
            index += 1
            continue
        heading = _ATX.match(line.text)
        if heading:
            yield Block(BlockKind.HEADING, line.first, line.end, len(heading[1]))
            index += 1
        elif fence := _FENCE.match(line.text):
            end = _fence_end(lines, index, fence[1])
            yield Block(BlockKind.PARAGRAPH, line.first, lines[end - 1].end)
            index = end
        elif _starts_table(lines, index):
            end = _run_end(lines, index, lambda below: "|" in below.text)
            yield from _table(lines[index:end])
            index = end
        else:
            end = _run_end(lines, index, lambda below: not _starts_markdown_block(below.text))
            yield from _paragraph(lines[index:end])
            index = end


def _front_matter_end(lines: list[_TextLine]) -> int:
    """Where the text begins: after a YAML head between two lines of dashes, if there is one."""
    if lines and lines[0].text.strip("\ufeff ") == "---":
        for index in range(1, min(len(lines), 100)):
            if lines[index].text.rstrip() in ("---", "..."):
                return index + 1
    return 0


def _fence_end(lines: list[_TextLine], index: int, fence: str) -> int:
    for end in range(index + 1, len(lines)):
        if lines[end].text.strip().startswith(fence) and not lines[end].text.strip(" `~"):
            return end + 1
    return len(lines)


def _starts_table(lines: list[_TextLine], index: int) -> bool:
    return (
        "|" in lines[index].text
        and index + 1 < len(lines)
        and "|" in lines[index + 1].text + "|"
        and "-" in lines[index + 1].text
        and _TABLE_RULE.match(lines[index + 1].text) is not None
        and lines[index + 1].text.count("|") + 1 >= lines[index].text.strip(" |").count("|")
    )


def _table(lines: list[_TextLine]) -> Iterator[Block]:
    yield Block(BlockKind.TABLE_HEAD, lines[0].first, lines[0].end)
    for line in lines[2:]:
        yield Block(BlockKind.TABLE_ROW, line.first, line.end)


def _starts_markdown_block(text: str) -> bool:
    return bool(_ATX.match(text) or _FENCE.match(text) or _MARKDOWN_ITEM.match(text))


def _run_end(lines: list[_TextLine], index: int, belongs: Callable[[_TextLine], bool]) -> int:
    end = index + 1
    while end < len(lines) and not lines[end].blank and belongs(lines[end]):
        end += 1
    return end


def _paragraph(lines: list[_TextLine]) -> Iterator[Block]:
    """A paragraph, an item, or a heading that is underlined."""
    underline = _SETEXT.match(lines[-1].text) if len(lines) > 1 else None
    if underline and not _MARKDOWN_ITEM.match(lines[0].text):
        level = 1 if underline[1][0] == "=" else 2
        yield Block(BlockKind.HEADING, lines[0].first, lines[-1].end, level)
    elif len(lines) == 1 and not any(map(str.isalnum, lines[0].text)):
        return  # a rule
    else:
        source = lines[0].text.expandtabs(4)
        is_item = _MARKDOWN_ITEM.match(source) is not None
        level = 1 + len(source) - len(source.lstrip()) if is_item else 0
        kind = BlockKind.ITEM if is_item else BlockKind.PARAGRAPH
        yield Block(kind, lines[0].first, lines[-1].end, level)


def title_of_markdown(source: str) -> str:
    """The words of a Markdown heading, without the signs."""
    lines = source.splitlines()
    if len(lines) > 1 and _SETEXT.match(lines[-1]):
        lines.pop()
    title = " ".join(" ".join(lines).split()).strip("# ")
    title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"[*_`]{1,3}(\S(?:.*?\S)?)[*_`]{1,3}", r"\1", title) or title


def blocks_of_text(text: str) -> Iterator[Block]:
    """Blocks of plain text: chapter headings that are obvious, items, paragraphs."""
    lines = _lines(text)
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.blank:
            index += 1
            continue
        level = _chapter_level(lines, index)
        if level:
            yield Block(BlockKind.HEADING, line.first, line.end, level)
            index += 1
            continue
        end = _run_end(lines, index, lambda below: not _TEXT_ITEM.match(below.text))
        kind = BlockKind.ITEM if _TEXT_ITEM.match(line.text) else BlockKind.PARAGRAPH
        yield Block(kind, line.first, lines[end - 1].end)
        index = end


def _chapter_level(lines: list[_TextLine], index: int) -> int:
    """Level of a heading that stands alone between blank lines and begins like one; else 0."""
    text = lines[index].text.strip()
    alone = (index == 0 or lines[index - 1].blank) and (
        index + 1 == len(lines) or lines[index + 1].blank
    )
    if not alone or len(text) > _LONGEST_HEADING or text[-1] in ",;，；。":
        return 0
    chapter = _CHAPTER.match(text)
    if chapter:
        return chapter.lastindex or 0
    words = [word for word in text.split() if word.isalpha()]
    capital = text.isupper() and len(words) >= 1 and sum(map(len, words)) > 5
    return 4 if capital else 0
