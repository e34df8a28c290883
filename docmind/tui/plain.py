"""Text is data: what each character of a document looks like in a terminal, and how wide it is.

Nothing that a document contains reaches the terminal except through `shown`. Every character is
mapped on its own (to a glyph, to spaces or to nothing), so that an offset into the text is still
an offset into what is shown. A mapping of clusters would look better for some emoji, and break
exactly that.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rich.cells import get_character_cell_size

NARROW = (
    " -~\xa0-\xac\xae-\u02ff\u0370-\u0377\u0384-\u038a\u0391-\u03a1\u03a3-\u0482"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u214f\u2200-\u22ff"
)
"""Character ranges that are shown as they are, one cell each: almost all Western text."""

_UNUSUAL = re.compile(f"[^{NARROW}]")
_TAB = "    "
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def shown(text: str) -> str:
    """The text as it may be written to a terminal: no controls, no direction marks."""
    return _UNUSUAL.sub(_glyph_of_match, text)


def cells(character: str) -> int:
    """How many cells of a terminal the character takes once it is shown."""
    return _width(character)


def width_of(text: str) -> int:
    """How many cells of a terminal the text takes once it is shown."""
    if not _UNUSUAL.search(text):
        return len(text)
    return sum(map(_width, text))


def fitted(text: str, width: int) -> str:
    """The text on one line, shown, and cut with an ellipsis where it is wider than `width`."""
    line = shown(" ".join(text[: 4 * width + 8].split()))
    if width_of(line) <= width:
        return line
    taken = 0
    for index, character in enumerate(line):
        taken += _width(character)
        if taken > width - 1:
            return line[:index].rstrip() + "…"
    return line


def _glyph_of_match(match: re.Match[str]) -> str:
    return _glyph(match.group())


@lru_cache(maxsize=8192)
def _glyph(character: str) -> str:
    if character == "\t":
        return _TAB
    category = unicodedata.category(character)
    if category == "Cc":
        return chr(0x2400 + ord(character)) if ord(character) < 0x20 else _REPLACEMENT
    if category in ("Co", "Cs", "Cn"):
        return _REPLACEMENT
    if category in ("Zl", "Zp"):
        return " "
    # Format characters (bidi overrides, joiners, soft hyphens, tags) and variation selectors
    # change what stands around them, each terminal in its own way.
    if category == "Cf" or unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return ""
    return character


@lru_cache(maxsize=8192)
def _width(character: str) -> int:
    return sum(map(get_character_cell_size, _glyph(character)))
