"""What belongs to a sentence that stands elsewhere: the opening of its list, its half overleaf.

A passage never crosses a page, and rightly so; but a reader who is told half a sentence, or a list
item without "Nothing in this Agreement limits:", is told something else than the document says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain

from docmind.model import Block, BlockKind, Document, Kind, Page
from docmind.passages.lists import Opening, list_openings, opens_list, pieces_of
from docmind.passages.sentences import ends_sentence, sentence_spans

_MOST_CHARACTERS = 400
"""Of what is added; a longer opening or half would bury the sentence that is meant."""

_TITLE_CHARACTERS = 15
"""A Chinese line of fewer that ends without a mark is a title rather than half a sentence."""

CUT = " … "
"""The joint of parts between which something is left out."""

_AMOUNT_OR_ASIDE = re.compile(r"\((?!(?:[A-Za-z]{1,4}|\d{1,3})\))|[$€£¥]\s?\d")
"""What goes on with a sentence as well as a small letter does; "(a)" begins something instead."""

_TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM)


@dataclass(frozen=True, slots=True)
class Part:
    """A span of a page's text; `joint` is what to put between it and the part before it."""

    page: int
    start: int
    end: int
    joint: str = ""


def whole_sentence(document: Document, page: Page, start: int, end: int) -> tuple[Part, ...]:
    """The sentence page.text[start:end] with what belongs to it, in reading order."""
    sentence = Part(page.number, start, end)
    parts = [*_overleaf_before(document, page, sentence)]
    parts += [replace(sentence, joint=_joint(document, parts[-1], sentence) if parts else "")]
    parts += _overleaf_after(document, page, sentence) or _items_below(document, page, sentence)
    first = parts[0]
    openings = _within(list_openings(document, document.page(first.page), first.start))
    lead = [Part(each.page, each.start, each.end, CUT) for each in openings]
    for position, part in enumerate(lead[1:], start=1):
        lead[position] = replace(part, joint=_list_joint(document, lead[position - 1], part))
    if lead:
        lead[0] = replace(lead[0], joint="")
        parts[0] = replace(first, joint=_list_joint(document, lead[-1], first))
    return tuple(lead + parts)


def _within(openings: tuple[Opening, ...]) -> tuple[Opening, ...]:
    """The innermost openings that are short enough together."""
    left = _MOST_CHARACTERS
    kept: list[Opening] = []
    for opening in reversed(openings):
        left -= opening.end - opening.start
        if left < 0:
            break
        kept.append(opening)
    return tuple(reversed(kept))


def _list_joint(document: Document, opening: Part, item: Part) -> str:
    """A space where the item follows its opening at once, else the mark of what is left out."""
    between = document.page(item.page).text[opening.end : item.start]
    return " " if opening.page == item.page and not between.strip() else CUT


def _joint(document: Document, half: Part, other: Part) -> str:
    """What stands between two halves of a sentence."""
    last = document.page(half.page).text[half.end - 1]
    first = document.page(other.page).text[other.start]
    return "" if last == "-" or (_is_han(last) or _is_han(first)) else " "


def _overleaf_after(document: Document, page: Page, sentence: Part) -> list[Part]:
    """The rest of a sentence that goes on on the next page."""
    if document.kind is not Kind.PDF or page.number == len(document.pages):
        return []
    last, following = _edge(page, -1), document.page(page.number + 1)
    first = _edge(following, 0)
    if last is None or first is None or sentence.end < last.end:
        return []
    start, end = sentence_spans(following.text, first.start, first.end)[0]
    half = Part(following.number, start, end)
    if end - start > _MOST_CHARACTERS or not _goes_on(document, sentence, half, first):
        return []
    return [replace(half, joint=_joint(document, sentence, half))]


def _overleaf_before(document: Document, page: Page, sentence: Part) -> list[Part]:
    """The beginning of a sentence that stands on the page before."""
    if document.kind is not Kind.PDF or page.number == 1:
        return []
    above = document.page(page.number - 1)
    last, first = _edge(above, -1), _edge(page, 0)
    if last is None or first is None or sentence.start > first.start:
        return []
    start, end = sentence_spans(above.text, last.start, last.end)[-1]
    half = Part(above.number, start, end)
    if end - start > _MOST_CHARACTERS or not _goes_on(document, half, sentence, first):
        return []
    return [half]


def _items_below(document: Document, page: Page, opening: Part) -> list[Part]:
    """The list that a sentence opens, as far as it is not too long; its rest may be overleaf."""
    if not opens_list(page.text[opening.start : opening.end]):
        return []
    own, left = Opening(page.number, opening.start, opening.end), _MOST_CHARACTERS
    here = _items(document, page, own, opening.end, left)
    if here is None:
        return []
    last = _edge(page, -1)
    if last is None or here.end < last.end or page.number == len(document.pages):
        return [here]
    left -= here.end - opening.end
    rest = _items(document, document.page(page.number + 1), own, 0, left)
    return [here] if rest is None else [here, rest]


def _items(document: Document, page: Page, opening: Opening, begin: int, most: int) -> Part | None:
    """The items of a list that stand on a page below `begin`, in at most so many characters."""
    start = end = 0
    below = (each for each in page.blocks if each.end > begin)
    for block in chain.from_iterable(pieces_of(page, each) for each in below):
        if block.start < begin or block.kind is BlockKind.RUNNING:
            continue
        listed = opening in list_openings(document, page, block.start)
        if not listed or block.end - (begin or start or block.start) > most:
            break
        start, end = (start, block.end) if end else (block.start, block.end)
    return Part(page.number, start, end, " ") if end else None


def _edge(page: Page, position: int) -> Block | None:
    """The first (0) or last (-1) block of a page that is no running head or foot; if it is text.

    What the page holds must have been read as it stands, or its edge is not known.
    """
    blocks = [block for block in page.blocks if block.kind is not BlockKind.RUNNING]
    if not blocks or not page.coverage.readable or blocks[position].kind not in _TEXT:
        return None
    block = blocks[position]
    return block if sentence_spans(page.text, block.start, block.end) else None


def _goes_on(document: Document, half: Part, other: Part, first: Block) -> bool:
    """Whether a sentence that stops at a page's end goes on in the first block of the next."""
    text = document.page(half.page).text[half.start : half.end]
    letter = document.page(other.page).text[other.start]
    if ends_sentence(text) or first.kind is not BlockKind.PARAGRAPH:
        return False
    if _is_han(letter):
        return len(text) >= _TITLE_CHARACTERS and (_is_han(text[-1]) or text[-1] in "，、")
    rest = document.page(other.page).text[other.start : other.end]
    return letter.islower() or _AMOUNT_OR_ASIDE.match(rest) is not None


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
