"""Which blocks are headings, and how deep.

Nothing is decided from one page: a heading is what is larger or bolder than the body of the whole
document, or is numbered as headings are. Where the signs are weak a block stays a paragraph, since
a false heading names every passage below it wrongly and a missed one costs little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from docmind.documents.layout import Draft, Layout
from docmind.model import BlockKind

_NAMED = re.compile(
    r"""(?:(?:PART|Part)\s+[IVX\d]+\b
    |(?:ARTICLE|Article|CHAPTER|Chapter|SCHEDULE|Schedule|ANNEX|Annex|APPENDIX|Appendix|EXHIBIT|Exhibit)
       \s+(?:[IVXLC]+|\d+|[A-Z])\b
    |(?:ITEM|Item)\s+\d{1,2}[A-C]?\b\.?
    |(?:SECTION|Section)\s+\d+(?:\.\d+)*\b
    |第[一二三四五六七八九十百零\d]{1,4}[章编篇部节]
    )""",
    re.VERBOSE,
)
_NUMBERED = re.compile(
    r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S|([A-Z])\.?\s+[A-Z]|([IVX]{1,5})\.\s+\S"
)
_CJK_NUMBERED = re.compile(
    r"([一二三四五六七八九十]{1,3}、)|([（(][一二三四五六七八九十]{1,3}[）)])"
)
_LEADERS = re.compile(r"(?:\.\s?){3,}|…{2,}")
_CONTENTS_LINE = re.compile(r"\.\.\. ?(?:\d{1,4}|[ivxlc]{1,6})$", re.MULTILINE)
_LONGEST_CHARACTERS = 160


class BodyText:
    """What the body of a document looks like: the size that most of its characters have."""

    def __init__(self) -> None:
        self._sizes: Counter[float] = Counter()
        self._bold_characters = 0
        self._characters = 0

    def add(self, drafts: Iterable[Draft]) -> None:
        """Count in a page."""
        for draft in drafts:
            length = draft.end - draft.start
            self._sizes[round(draft.size, 1)] += length
            self._characters += length
            if draft.bold:
                self._bold_characters += length

    @property
    def size(self) -> float:
        """Font size of the body in points; 0 while nothing is known."""
        return self._sizes.most_common(1)[0][0] if self._sizes else 0.0

    @property
    def bold_means_something(self) -> bool:
        """Whether bold sets text apart here; not where much of the document is bold."""
        return self._bold_characters < 0.3 * self._characters


def mark_headings(layout: Layout, body: BodyText) -> dict[int, int]:
    """Which of the page's drafts are headings: position to rank, 1 the outermost.

    The rank orders headings of a document; it becomes a level once all are known.
    """
    size, bold_matters = body.size, body.bold_means_something
    found: dict[int, int] = {}
    drafts = layout.drafts
    in_contents = len(_CONTENTS_LINE.findall(layout.text)) > 2
    for position, draft in enumerate(drafts):
        if draft.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.HEADING):
            continue
        if draft.rows > 3 or draft.end - draft.start > _LONGEST_CHARACTERS:
            continue
        if size and draft.size < 0.95 * size and not draft.bold:
            continue
        text = layout.text[draft.start : draft.end]
        if in_contents and text[-1].isdigit():
            continue
        rank = _rank(text, draft, size, bold_matters=bold_matters)
        if not rank and draft.italic:
            below = drafts[position + 1] if position + 1 < len(drafts) else None
            rank = 9 if _is_italic_title(draft, below, text) else 0
        if rank:
            found[position] = rank
    return found


def _rank(text: str, draft: Draft, body_size: float, *, bold_matters: bool) -> int:
    """1 to 9 for a heading, 0 for what is none."""
    if not _could_be_title(text):
        return 0
    larger = draft.size > 1.15 * body_size
    stands_out = larger or (draft.bold and bold_matters)
    by_name = _rank_by_name(text, stands_out=stands_out)
    if by_name or not stands_out:
        return by_name
    numbered = _NUMBERED.match(text)
    if numbered and numbered[1]:
        return min(9, 3 + numbered[1].count("."))
    if larger:
        return 1 if draft.size > 1.6 * body_size else 3
    return 5 if len(text) <= 120 else 0


def _rank_by_name(text: str, *, stands_out: bool) -> int:
    """Rank of what begins as headings do (Article 5, 第一章, 一、) or is all capitals; else 0."""
    if _NAMED.match(text):
        chinese = text[0] == "第" and len(text) <= 30
        return 2 if stands_out or chinese or (text.isupper() and len(text) < 80) else 0
    chinese_number = _CJK_NUMBERED.match(text)
    if chinese_number and len(text) <= (40 if stands_out else 20):
        return 3 if chinese_number[1] else 4
    return 5 if not stands_out and text.isupper() and _has_words(text) else 0


def _is_italic_title(draft: Draft, below: Draft | None, text: str) -> bool:
    """Whether an italic line stands alone above a paragraph, as headings of the lowest rank do."""
    return (
        draft.italic
        and draft.rows == 1
        and len(text) <= 80
        and text[-1] not in ".:;,?!"
        and below is not None
        and not below.italic
        and below.rows > 1
        and below.kind is BlockKind.PARAGRAPH
        and abs(below.x0 - draft.x0) < 2 * draft.size
        and _could_be_title(text)
    )


def _could_be_title(text: str) -> bool:
    """Whether a text has the form of a title: letters, no leaders, no sentence that goes on."""
    letters = sum(map(str.isalpha, text))
    if letters < 4 and not _NAMED.match(text) and not text[0] >= "\u2e80":
        return False
    if letters < 2 or letters * 2 < len(text.replace(" ", "")):
        return False
    if text[-1] in ",;，；" or (text[-1] in ".。" and len(text) > 60) or _LEADERS.search(text):
        return False
    return not text[0].islower()


def _has_words(text: str) -> bool:
    return sum(len(word) > 2 and word.isalpha() for word in text.split()) >= 1 and len(text) > 5


def levels(ranks: Sequence[int]) -> dict[int, int]:
    """Level of each rank that occurs, 1 the outermost, without gaps and at most 6 deep."""
    return {rank: min(6, level) for level, rank in enumerate(sorted(set(ranks)), 1)}
