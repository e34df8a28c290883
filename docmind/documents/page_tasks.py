"""What can be made of a PDF beside a Document: a copy with highlights, pictures, links."""

from __future__ import annotations

import msgspec

from docmind.model import Box


class Highlight(msgspec.Struct, frozen=True):
    """Words to mark on a page (physical, 1-based): their boxes, and a note for them."""

    page: int
    boxes: tuple[Box, ...]
    note: str


class MarkedCopy(msgspec.Struct, frozen=True, tag="copy"):
    """The whole PDF with these words highlighted, as any PDF viewer shows them."""

    highlights: tuple[Highlight, ...]


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """One page as a PNG, these boxes framed; at most so many pixels wide and high."""

    page: int
    boxes: tuple[Box, ...]
    width: int
    height: int


class Links(msgspec.Struct, frozen=True, tag="links"):
    """What on a page leads to other places of the document: a list of Link, as MessagePack."""

    page: int


PageTask = MarkedCopy | Picture | Links
