"""The documents that are open in this run, read or still being read; no widget, no thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docmind.model import KIND_BY_SUFFIX, Citation, Document, Page, Status
from docmind.tui.layout import Anchor
from docmind.tui.short_names import short_names

_LINES = re.compile(r"(?:(?P<path>.+):)?(?P<first>\d+)(?:-\d+)?")
_LONGEST_NUMBER = 10
"""Digits of a page number; Python refuses to read a number of thousands of them."""


@dataclass(slots=True)
class OpenDocument:
    """One document: its pages as far as they have come. `anchor` is where the reader left it."""

    name: str
    short_name: str = ""
    """What the reader sees of the name: the file's own, with folders where that is not enough."""
    path: Path | None = None
    """Where it is on the disk, once it was found there."""
    pages: list[Page] = field(default_factory=list)
    total: int = 0
    document: Document | None = None
    tokens: int | None = None
    error: str = ""
    hint: str = ""
    anchor: Anchor | None = None
    line_count: int = 0

    @property
    def by_lines(self) -> bool:
        """Whether its places are lines, not pages."""
        if self.document is None:
            kind = KIND_BY_SUFFIX.get(Path(self.name).suffix.lower())
            return kind is not None and kind.places_are_lines
        return self.document.kind.places_are_lines

    def finish(self, document: Document) -> None:
        """The final version, instead of the pages that came first."""
        self.document = document
        self.pages = list(document.pages)
        self.total = len(self.pages)
        self.line_count = sum(page.text.count("\n") + 1 for page in self.pages)

    @property
    def size(self) -> int:
        """How many places it has to go to: pages, or lines."""
        return self.line_count if self.by_lines else len(self.pages)

    def anchor_for(self, number: int) -> Anchor:
        """The beginning of a page by its physical number, or of a line where places are lines."""
        if not self.by_lines:
            return Anchor(number - 1, -1)
        offset = 0
        for _ in range(number - 1):
            offset = self.pages[0].text.find("\n", offset) + 1
        return Anchor(0, offset)

    def number_of(self, text: str) -> int | None:
        """The physical number of the page (or line) that a reader means.

        A number is a physical page; "p36" is the page on which 36 is printed; anything else is
        looked for among the printed labels ("iv", "A-3").
        """
        wanted = text.strip()
        if wanted.isdecimal() and len(wanted) < _LONGEST_NUMBER:
            number = int(wanted)
            return number if 1 <= number <= self.size else None
        printed = re.sub(r"(?i)^p\.?\s*(?=\d)", "", wanted).casefold()
        labels = ((page.label or "").casefold() for page in self.pages)
        return next((n for n, label in enumerate(labels, start=1) if label == printed), None)


class Shelf:
    """The open documents in the order in which they were given, and which one is in view."""

    def __init__(self, names: Sequence[str]) -> None:
        self.documents: list[OpenDocument] = []
        self.hold(names)

    @property
    def current(self) -> OpenDocument:
        """The document in view."""
        return self.documents[self.index]

    @property
    def short_names(self) -> dict[str, str]:
        """What is shown of each document's name."""
        return {document.name: document.short_name for document in self.documents}

    def hold(self, names: Sequence[str]) -> None:
        """Which documents there are, now that folders have been looked into."""
        known = {document.name: document for document in self.documents}
        self.documents = [known.get(name) or OpenDocument(name) for name in names]
        short = short_names(names)
        for document in self.documents:
            document.short_name = short[document.name]
        self.index = 0

    def __getitem__(self, name: str) -> OpenDocument:
        return self.documents[self.index_of(name)]

    def index_of(self, name: str) -> int:
        """Where the document of this name stands."""
        return next(i for i, document in enumerate(self.documents) if document.name == name)

    def lines_named(self, text: str) -> tuple[int, int] | None:
        """Document and first line of what is named as citations name it: "src/a.py:12-20".

        Without a path it is the document in view; None where this names no lines that there are.
        """
        match = _LINES.fullmatch(text.strip())
        if match is None:
            return None
        index = self._index_ending(match["path"]) if match["path"] else self.index
        if index is None or not self.documents[index].by_lines:
            return None
        number = self.documents[index].number_of(match["first"])
        return None if number is None else (index, number)

    def _index_ending(self, path: str) -> int | None:
        """The one document of this name, or the first whose name ends like this."""
        names = [document.name for document in self.documents]
        if path in names:
            return names.index(path)
        tails = (i for i, name in enumerate(names) if name.endswith(f"/{path}"))
        return next(tails, None)

    def index_of_file(self, path: str, sha256: str) -> int | None:
        """Where this file stands, under whatever name; None where it is not open."""
        for index, each in enumerate(self.documents):
            if each.name == path or (each.document and each.document.sha256 == sha256):
                return index
        return None

    def index_below(self, folder: Path) -> int | None:
        """Where the first document of this folder stands; None where none of it is open."""
        for index, each in enumerate(self.documents):
            if each.path is not None and each.path.resolve().is_relative_to(folder):
                return index
        return None

    def place_of(self, citation: Citation) -> tuple[int, Anchor] | None:
        """Document and place of a citation; None where its document is not open (any more)."""
        for index, document in enumerate(self.documents):
            if document.name == citation.document:
                page = (citation.page or 1) - 1
                if page < len(document.pages):
                    return index, Anchor(page, citation.start)
        return None

    def has_words_of(self, citation: Citation) -> bool:
        """Whether what was cited stands where it stood: its document may have changed since."""
        place = self.place_of(citation)
        if place is None:
            return False
        index, anchor = place
        there = self.documents[index].pages[anchor.page].text[citation.start : citation.end]
        return there == citation.quote or citation.status is not Status.EXACT
