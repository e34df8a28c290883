"""How much of a page could be read: text, an image of text, nothing, or signs without meaning."""

from __future__ import annotations

from typing import Any

from docmind.documents.characters import GARBLED_SHARE, unreadable_share
from docmind.model import Coverage

_DRAWN_TEXT_PATHS = 20
"""A page with that many filled shapes and no text has its text drawn as outlines."""


def coverage_of(page: Any, raw_text: str) -> Coverage:
    """What the PyMuPDF page holds, given the text of its words before they are cleaned."""
    if unreadable_share(raw_text) > GARBLED_SHARE:
        return Coverage.GARBLED
    if raw_text and not raw_text.isspace():
        return Coverage.TEXT
    kinds = [entry[0] for entry in page.get_bboxlog()]
    if any("image" in kind or "shade" in kind for kind in kinds):
        return Coverage.IMAGE
    return Coverage.IMAGE if kinds.count("fill-path") >= _DRAWN_TEXT_PATHS else Coverage.EMPTY
