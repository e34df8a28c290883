"""Pages that a question names: "on page 12", "slides 3-5", "the last page", 第十二页.

Ranking by words cannot know them: a page's number stands in its running foot, which is left out
of passages, and on many pages nowhere at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docmind.model import Document, Page

MOST_PAGES = 50
"""A wider range than this is about the document, not about a place in it."""

_ENGLISH = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_NUMBER = rf"(\d{{1,5}}|[ivxlc]{{1,7}}|{'|'.join(_ENGLISH)})"
_RANGE = re.compile(
    rf"\b(?:pages?|slides?|pp?\.)\s*\(?{_NUMBER}\b(?:\s*(?:-|–|—|to|and|&)\s*{_NUMBER}\b)?",
    re.IGNORECASE,
)
_CHINESE_RANGE = re.compile(
    r"第\s*([\d一二三四五六七八九十百]{1,5})\s*(?:[页頁]?\s*[-–—到至]\s*第?\s*([\d一二三四五六七八九十百]{1,5})\s*)?[页頁]"
)
_FIRST = re.compile(r"\b(?:first|cover|title|front) (?:page|slide)\b|首[页頁]|封面", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|final) (?:page|slide)\b|末[页頁]|最[后後]一[页頁]", re.IGNORECASE)
_CHINESE_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}


def names_pages(question: str) -> bool:
    """Whether a question names any page."""
    return any(each.search(question) for each in (_RANGE, _CHINESE_RANGE, _FIRST, _LAST))


def pages_named(question: str, document: Document) -> frozenset[int]:
    """The physical numbers of the pages that a question names, as far as the document has them.

    A number means the page that has it printed as its label, else the physical page. What is
    cited by its lines has no pages that anybody could name.
    """
    if document.kind.places_are_lines:
        return frozenset()
    found: set[int] = set()
    for first, last in _ranges(question):
        found.update(_pages_of(first, last, document.pages))
    if _FIRST.search(question):
        found.add(1)
    if _LAST.search(question):
        found.add(len(document.pages))
    return frozenset(found) & {page.number for page in document.pages}


def _ranges(question: str) -> Iterator[tuple[str, str]]:
    """First and last page of each range, as labels would have them."""
    for match in _RANGE.finditer(question):
        first = _label(match[1])
        yield first, _label(match[2]) if match[2] else first
    for match in _CHINESE_RANGE.finditer(question):
        first = _chinese_number(match[1])
        yield first, _chinese_number(match[2]) if match[2] else first


def _pages_of(first: str, last: str, pages: Sequence[Page]) -> range:
    start, stop = _page_of(first, pages), _page_of(last, pages)
    if start is None or stop is None or not 0 <= stop - start < MOST_PAGES:
        return range(0)
    return range(start, stop + 1)


def _page_of(label: str, pages: Sequence[Page]) -> int | None:
    for page in pages:
        if page.label is not None and page.label.casefold() == label:
            return page.number
    return int(label) if label.isdecimal() else None


def _label(word: str) -> str:
    """A number word as digits; digits and Roman numerals as they are."""
    word = word.casefold()
    return str(_ENGLISH.index(word) + 1) if word in _ENGLISH else word


def _chinese_number(word: str) -> str:
    """Digits of a Chinese number below 1000."""
    if word.isdecimal():
        return str(int(word))
    value = digit = 0
    for character in word:
        unit = {"十": 10, "百": 100}.get(character)
        if unit is None:
            digit = _CHINESE_DIGITS.get(character, 0)
        else:
            value, digit = value + (digit or 1) * unit, 0
    return str(value + digit)
