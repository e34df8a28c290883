"""Which words open the list that an item stands in: "Nothing in this Agreement limits:".

An item without them may say the contrary of what its document says. Where a file knows how deep an
item stands (`Block.level`), that decides; elsewhere only the markers do, so (d) is followed back
to (c), (b) and (a), whatever stands between, and what stands before (a) opens the list. Decimal
clauses (12.2) are no list: each is a sentence of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from docmind.model import Block, BlockKind, Document, Page
from docmind.passages.sentences import Span, ends_sentence, sentence_spans

_MOST_BLOCKS = 80
_MOST_PAGES = 3
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_HAN = "一二三四五六七八九十"
_MARKER = re.compile(
    rf"""(?P<bullet>[^\w\s(（\[\]"'“‘「『《$€£¥￥.,;:]|o(?=\s+[A-Z]))\s*
    |(?P<opening>[(（]?)(?P<token>[A-Za-z]|[ivxlc]{{1,6}}|[IVXLC]{{1,6}}|\d{{1,3}}|[{_HAN}]{{1,3}})
     (?P<closing>[)）.、．])(?!\d)\s*""",
    re.VERBOSE,
)
_LETTERED = re.compile(
    rf"^[ \t]*(?=[(（](?:[A-Za-z]|[ivxlc]{{1,6}}|\d{{1,2}}|[{_HAN}]{{1,3}})[)）]\s*\S)",
    re.MULTILINE,
)
"""Where an item begins in Markdown, which knows no "(a)" and makes one paragraph of them all."""

_OPENS = re.compile(r"[:：—–]\s*$")


@dataclass(frozen=True, slots=True)
class _Marker:
    """How an item is marked: the sort of its marker, and its place among those of that sort."""

    sort: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Opening:
    """The sentence that opens a list: a span of the text of the page with this number."""

    page: int
    start: int
    end: int


def list_openings(document: Document, page: Page, start: int) -> tuple[Opening, ...]:
    """What opens the list of the item whose first words stand at `start`, outermost list first.

    Empty for what is no item, and for what stands in an item but is not its beginning.
    """
    around = next((each for each in page.blocks if each.start <= start < each.end), None)
    pieces = [] if around is None else pieces_of(page, around)
    block = next((each for each in pieces if each.start <= start < each.end), None)
    if block is None or not _begins(page, block, start):
        return ()
    found = _parent(document, page, block)
    if found is None:
        return ()
    above, parent = found
    first, last = sentence_spans(above.text, parent.start, parent.end)[-1]
    return (*list_openings(document, above, first), Opening(above.number, first, last))


def pieces_of(page: Page, block: Block) -> list[Block]:
    """A block; of a paragraph, each lettered item as an item of its own."""
    if block.kind is not BlockKind.PARAGRAPH:
        return [block]
    found = _LETTERED.finditer(page.text, block.start, block.end)
    starts = [match.end() for match in found if _begins_line(page.text, match.start(), block)]
    items = [Block(BlockKind.ITEM, *span) for span in pairwise([*starts, block.end])]
    if block.start in starts:
        return items
    return [replace(block, end=starts[0] if starts else block.end), *items]


def _begins_line(text: str, at: int, block: Block) -> bool:
    return at == block.start or text[at - 1] in "\r\n"


def opens_list(text: str) -> bool:
    """Whether a list is announced by how these words end."""
    return _OPENS.search(text) is not None


def _begins(page: Page, block: Block, start: int) -> bool:
    """Whether the first sentence of an item is what stands here."""
    if block.kind is not BlockKind.ITEM:
        return False
    spans: list[Span] = sentence_spans(page.text, block.start, block.end)
    return bool(spans) and start < spans[0][1]


def _parent(document: Document, page: Page, item: Block) -> tuple[Page, Block] | None:
    """The block that opens the item's list, if there is one that does so in its words."""
    find = _above_deeper if item.level else _above_first
    found = find(document, page, item)
    if found is None or found[1].kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        return None
    above, parent = found
    text = above.text[parent.start : parent.end]
    if opens_list(text):
        return found
    body = _MARKER.sub("", page.text[item.start : item.end], count=1)
    goes_on = not ends_sentence(text) and body[:1].islower()
    return found if goes_on else None


def _above_deeper(document: Document, page: Page, item: Block) -> tuple[Page, Block] | None:
    """The nearest block above that is no item, or an item less deep."""
    for above, block in _backwards(document, page, item):
        if block.kind is not BlockKind.ITEM or block.level < item.level:
            return above, block
    return None


def _above_first(document: Document, page: Page, item: Block) -> tuple[Page, Block] | None:
    """The block before the first item of the list, which is found by its markers."""
    back = list(_backwards(document, page, item))
    markers = _markers(page.text[item.start : item.end])
    if back and opens_list(back[0][0].text[back[0][1].start : back[0][1].end]):
        # Below "(h) as follows:" stands a roman (i); below "(h) other costs" the letter.
        markers.sort(key=lambda marker: marker.ordinal)
    for marker in markers:
        if not marker.ordinal:
            return _above_bullets(back, marker)
        if (found := _above_ordinal(back, marker)) is not None:
            return found
    return None


def _above_bullets(back: list[tuple[Page, Block]], marker: _Marker) -> tuple[Page, Block] | None:
    """The block before all bullets, or a bullet of another sort that opens a list."""
    for above, block in back:
        text = above.text[block.start : block.end]
        sorts = {each.sort for each in _markers(text) if not each.ordinal}
        if block.kind is not BlockKind.ITEM or not sorts:
            return above, block
        if marker.sort not in sorts and opens_list(text):
            return above, block
    return None


def _above_ordinal(back: list[tuple[Page, Block]], marker: _Marker) -> tuple[Page, Block] | None:
    """The block before the item that has the first marker of this sort."""
    ordinal = marker.ordinal
    for above, block in back:
        if ordinal == 1:
            return above, block
        if _Marker(marker.sort, ordinal - 1) in _markers(above.text[block.start : block.end]):
            ordinal -= 1
    return None


def _backwards(document: Document, page: Page, item: Block) -> Iterator[tuple[Page, Block]]:
    """The blocks above, nearest first, up to a heading or a table."""
    left = _MOST_BLOCKS
    for number in range(page.number, max(0, page.number - _MOST_PAGES), -1):
        above = document.page(number)
        pieces = (
            piece
            for block in reversed(above.blocks)
            for piece in reversed(pieces_of(above, block))
        )
        for block in pieces:
            if number == page.number and block.start >= item.start:
                continue
            if block.kind is BlockKind.RUNNING:
                continue
            if block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or not left:
                return
            left -= 1
            yield above, block


def _markers(text: str) -> list[_Marker]:
    """What an item's marker may be: (i) is a letter or a roman number. Bullets have ordinal 0."""
    match = _MARKER.match(text)
    if match is None:
        return []
    if match["bullet"]:
        return [_Marker(match["bullet"], 0)]
    token = match["token"]
    frame = f"{'(' if match['opening'] else ''}{{}}{')' if match['closing'] in ')）' else '.'}"
    if token.isascii() and token.isdigit():
        return [_Marker(frame.format("1"), int(token))]
    if token[0] in _HAN:
        return [_Marker(frame.format("一"), _han_number(token))]
    found = []
    if len(token) == 1:
        found.append(_Marker(frame.format("A" if token.isupper() else "a"), ord(token) & 31))
    if set(token.lower()) <= set(_ROMAN):
        found.append(_Marker(frame.format("I" if token.isupper() else "i"), _roman(token)))
    return found


def _roman(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral.lower()]
    following = [*values[1:], 0]
    return sum(
        value if value >= after else -value for value, after in zip(values, following, strict=True)
    )


def _han_number(numeral: str) -> int:
    """Chinese numbers below a hundred: 三, 十二, 二十一."""
    tens, ten, ones = numeral.rpartition("十")
    high = (_HAN.index(tens) + 1 if tens else 1) if ten else 0
    return high * 10 + (_HAN.index(ones[0]) + 1 if ones else 0)
