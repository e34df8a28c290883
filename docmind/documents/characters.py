"""Which characters of a source survive into a page's text, and in which form.

Whole NFKC is not applied, on purpose: it turns 10⁶ into 106, 1½ into 11⁄2 and the full-width
punctuation of a Chinese source into ASCII, so that a quotation would say something else than the
page. Folded are only forms that are the same letter in other clothes: ligatures, full-width
letters and digits, Kangxi radicals, presentation forms, mathematical alphabets, roman numeral
signs. All else gets NFC, which never changes what is read.
"""

from __future__ import annotations

import re
import unicodedata

_FOLDED = re.compile(
    "["
    "\ufb00-\ufb06"  # Latin ligatures
    "\ufb13-\ufb17\ufb1d-\ufb4f\ufb50-\ufdff\ufe70-\ufefc"  # Armenian, Hebrew, Arabic forms
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f"  # full-width letters, half-width kana
    "\u2e80-\u2fd5\uf900-\ufaff"  # radicals and compatibility ideographs
    "\u2160-\u217f"  # roman numerals
    "\U0001d400-\U0001d7ff"  # mathematical alphabets
    "\u0132\u0133\u01c4-\u01cc\u01f1-\u01f3"  # digraphs
    "]+"
)
_DROPPED = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, C1: they would drive a terminal
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls: they show another order
    "\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"  # zero width, byte order mark, annotations
    "\U000e0000-\U000e007f"  # tags: invisible text
    "\ud800-\udfff"  # lone surrogates cannot be encoded
    "]+"
)
# Bullets of the Symbol and Wingdings fonts, which PDFs map to private use by their code.
_BULLETS = re.compile("[\uf06c\uf06e\uf071\uf075\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0e8\uf0fc]")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0b-\x1f\x7f-\x9f\U000f0000-\U0010fffd]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")

GARBLED_SHARE = 0.5
"""A page is garbled above this share of characters without meaning.

Measured on the development data: of 1,985 pages of ordinary PDFs none has more than 0.02; pages of
formulas in symbol fonts, which can still be read around them, have up to 0.30; a page whose font
lacks its map has 1.00. Fonts that map to wrong but valid letters are not found this way.
"""


def unreadable_share(text: str) -> float:
    """Share of the characters that no reader can make out: private use, U+FFFD, controls."""
    if not text or (text.isascii() and text.isprintable()):
        return 0.0
    visible = len(text) - text.count(" ") - text.count("\n")
    return len(_UNREADABLE.findall(text)) / visible if visible else 0.0


def clean(text: str) -> str:
    """The text with look-alikes folded, spaces made plain, and control characters dropped.

    Line feeds stay: callers put words in one string, a line each, to clean a page at once.
    """
    if text.isascii():
        return _DROPPED.sub("", text)
    text = _BULLETS.sub("•", _SPACES.sub(" ", text))
    text = _DROPPED.sub("", text)
    text = _FOLDED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def is_spaceless(character: str) -> bool:
    """Whether the character's script is written without spaces (Han, kana, their punctuation)."""
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\ufe30" <= character <= "\ufe4f"
        or "\uff00" <= character <= "\uffef"
        or "\U00020000" <= character <= "\U0003ffff"
    )
