"""A Document as the model reads it: sheets of passages, each passage with an id that is cited.

A sheet is a page, or a part of one that is long (a text file is one page). The model sees the
passages' own words under one tag a sheet and one letter a passage; letters, because Qwen2.5 spends
a token on every digit. Titles and heads of tables stand where they stand on the page, once.

The text of a sheet is the same for every question, and depends on its own document alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_lowercase

from docmind.context.neutral import MARK, neutralized, on_one_line
from docmind.model import Document, Page, Passage
from docmind.ports import TokenCounter

SHEET_PASSAGES = 12
"""A page of more passages than there are letters is cut into sheets of this many.

About 1,100 tokens: a text file is one page, and of a window of 4K some 2,000 tokens are free. With
twice as many a sheet has half as many tags, which is not worth one token in 200.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some passages of one page, in reading order, and how the model reads them.

    `tag` is unique on the desk ("A12"); a passage's id is the tag with its letter ("A12c").
    """

    tag: str
    document: str
    page: int
    passages: tuple[Passage, ...]
    text: str
    tokens: int

    def ids(self) -> Iterator[tuple[str, Passage]]:
        """The passages with their ids."""
        for letter, passage in zip(ascii_lowercase, self.passages, strict=False):
            yield self.tag + letter, passage


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as the model reads it: an opening line, its sheets, and a closing line."""

    document: Document
    letter: str
    opening: str
    sheets: tuple[Sheet, ...]
    closing: str
    frame_tokens: int
    """Tokens of the opening and the closing line."""

    @property
    def tokens(self) -> int:
        """Tokens of all of it, by the counter that it was made with."""
        return self.frame_tokens + sum(sheet.tokens for sheet in self.sheets)

    def text(self, sheets: Sequence[Sheet] | None = None) -> str:
        """What the model reads of it: all of it, or only these sheets."""
        chosen = self.sheets if sheets is None else sheets
        return "".join((self.opening, *(sheet.text for sheet in chosen), self.closing))


def letter_of(position: int) -> str:
    """The letter of the document at this position: A to Z, AA to AZ, and so on."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def copy_of(
    document: Document,
    passages: Sequence[Passage],
    letter: str,
    counter: TokenCounter,
    pages: range | None = None,
) -> Copy:
    """The document as the model reads it, or only these pages of it."""
    by_page = groupby(passages, key=lambda passage: passage.page)
    sheets = tuple(
        sheet
        for number, held in by_page
        if pages is None or number in pages
        for tag, part in _cut(document, number, tuple(held), letter)
        for sheet in [_sheet(document, tag, part, counter)]
    )
    name, title = on_one_line(document.name), on_one_line(document.title)
    called = f" ({title[:120]})" if title and title != name else ""
    opening = f"{MARK}document {letter}: {name}{called}\n"
    closing = f"{MARK}end of document {letter}\n"
    return Copy(document, letter, opening, sheets, closing, counter.count(opening + closing))


def _cut(
    document: Document, page: int, passages: tuple[Passage, ...], letter: str
) -> Iterator[tuple[str, tuple[Passage, ...]]]:
    """A page as one sheet, or as several where it has more passages than there are letters.

    Each with its tag: the page, and a part where there are several; of a document without pages
    the part alone.
    """
    if len(passages) <= len(ascii_lowercase):
        yield f"{letter}{page}", passages
        return
    before = letter if len(document.pages) == 1 else f"{letter}{page}-"
    for part, first in enumerate(range(0, len(passages), SHEET_PASSAGES), start=1):
        yield f"{before}{part}", passages[first : first + SHEET_PASSAGES]


def excerpt(
    document: Document, tag: str, passages: tuple[Passage, ...], counter: TokenCounter
) -> Sheet:
    """Passages that follow each other on a page of which not all is read, as a sheet.

    Its head names what the first one is inside of, where that is not read.
    """
    told = " ".join(passages[0].text.split())
    above = [on_one_line(title) for title in passages[0].sections]
    inside = " > ".join(title for title in above if title not in told)
    return _sheet(document, tag, passages, counter, f" in {inside}" if inside else "")


def _sheet(
    document: Document,
    tag: str,
    passages: tuple[Passage, ...],
    counter: TokenCounter,
    inside: str = "",
) -> Sheet:
    page = document.page(passages[0].page)
    text = f"{_head(document, page, passages, tag)}{inside}\n" + "".join(
        f"{MARK}{name}{_separated(neutralized(passage.text))}\n"
        for name, passage in zip(ascii_lowercase, passages, strict=False)
    )
    return Sheet(tag, document.name, page.number, passages, text, counter.count(text))


def _separated(text: str) -> str:
    """The text after its letter: a space joins the first word of Latin script without cost."""
    return f" {text}" if text[:1].isascii() else f"\n{text}"


def _head(document: Document, page: Page, passages: Sequence[Passage], tag: str) -> str:
    """The tag of a sheet, with what its place is called outside of docmind."""
    if document.kind.places_are_lines:
        first = page.lines(passages[0].start, passages[-1].end)[0]
        return f"{MARK}{tag} line {first}"
    if page.label and page.label != str(page.number):
        return f"{MARK}{tag} printed {on_one_line(page.label)[:20]}"
    return f"{MARK}{tag}"
