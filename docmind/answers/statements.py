"""A model's answer as the statements that it makes, each with the marks that stand behind it.

A statement is a sentence, an item of a list or a row of a table. Headings, what only leads over to
a list, questions and the remark that the documents do not say state nothing that could be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from docmind.answers.marks import MARK
from docmind.passages.sentences import sentence_spans

_ITEM = re.compile(r"\s*(?:>\s*)*(?:(?:[-*+•]|\d{1,3}[.)])\s+)?")
_OPENS_BLOCK = re.compile(r"\s*(?:(?:[-*+•]|\d{1,3}[.)])\s|[>|])")
_NO_STATEMENT = re.compile(r"\s*(?:#{1,6}\s|(?:[-*_]\s*){3,}$|\|?[\s:|-]+$)|\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_BEFORE_STOP = re.compile(MARK.pattern + r"(?=(?:\s*\[\d+\])*\s*[.!?])")
"""A mark that a full stop follows: to the rules for sentences it must look like a word."""

_LEADS_OVER = re.compile(r"[:：?？]$")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|`+")
_ESCAPED = re.compile(r"\\([\[\]()*_:`#])")
_DENIES = re.compile(
    r"\b(?:do|does|did)(?: not|n['’]t) (?:\w+ )?(?:say|mention|state|specify|contain|provide"
    r"|include|address|indicate|answer|cover|give)"
    r"|\b(?:is|are|was|were)(?: not|n['’]t) (?:\w+ )?(?:mentioned|stated|specified|given|found"
    r"|provided|addressed|covered|included)"
    r"|\b(?:no|any) (?:information|mention|answer|indication)\b"
    r"|\bcannot (?:be )?(?:find|found|say)"
    r"|没有\w{0,4}(?:说明|提到|提及|涉及|规定|相关|信息|给出)|未曾?(?:说明|提到|提及|涉及|规定|给出|包含)"
    r"|并不包含|无法(?:确定|回答|得知)|找不到",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: the span [start, end) of the answer, its words, and its citations' numbers.

    The span reaches over the marks that stand behind the words.
    """

    start: int
    end: int
    text: str
    numbers: tuple[int, ...]

    @property
    def denies(self) -> bool:
        """Whether it seems to say that the documents do not say, which nothing could support."""
        return not self.numbers and _DENIES.search(self.text) is not None


def statements(answer: str) -> list[Statement]:
    """The statements of an answer, in order."""
    found: list[Statement] = []
    masked = _BEFORE_STOP.sub(lambda mark: "x" * len(mark.group()), answer)
    masked = MARK.sub(lambda mark: " " * len(mark.group()), masked)
    for start, end in _blocks(answer):
        row = answer.startswith("|", start)
        spans = [(start, end)] if row else sentence_spans(masked, start, end)
        cuts = [start, *(begin for begin, _ in spans[1:]), end]
        for begin, edge in pairwise(cuts):
            if statement := _statement(answer, begin, edge):
                found.append(statement)
    return found


def _statement(answer: str, start: int, edge: int) -> Statement | None:
    """What answer[start:edge] states; None where that is nothing."""
    while edge > start and answer[edge - 1].isspace():
        edge -= 1
    written = answer[start:edge]
    numbers = tuple(dict.fromkeys(int(mark[1]) for mark in MARK.finditer(written)))
    text = plain(written)
    if not any(character.isalnum() for character in text):
        return None
    if not numbers and _LEADS_OVER.search(text):
        return None
    return Statement(start, edge, text, numbers)


def plain(written: str) -> str:
    """Words of an answer without its marks and its Markdown, on one line."""
    text = _EMPHASIS.sub("", MARK.sub("", written))
    text = " ".join(_ESCAPED.sub(r"\1", text).replace("|", " ").split())
    return re.sub(r" (?=[.,;:!?。，；：！？、)])", "", text)


def _blocks(answer: str) -> Iterator[tuple[int, int]]:
    """Spans of paragraphs, items and rows, without what opens them; no headings, no code."""
    begun: int | None = None
    end = offset = 0
    in_code = False
    for line in answer.splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        fence = _FENCE.match(line) is not None
        in_code ^= fence
        skipped = fence or in_code or _NO_STATEMENT.match(line) is not None
        if begun is not None and (skipped or _OPENS_BLOCK.match(line)):
            yield begun, end
            begun = None
        if skipped:
            continue
        if begun is None:
            opening = _ITEM.match(line)
            begun = start + (opening.end() if opening else 0)
        end = offset
    if begun is not None:
        yield begun, end
