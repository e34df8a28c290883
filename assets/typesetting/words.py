"""Marked-up text cut into atoms: the pieces between which a line may end.

Hyphenation is by rule (two consonants between vowels, and common endings), not by dictionary:
the samples need words that are divided at line ends, not all the places where they could be.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

import pymupdf

FACES = {
    "serif": "tiro",
    "serif-bold": "tibo",
    "serif-italic": "tiit",
    "serif-bold-italic": "tibi",
    "sans": "helv",
    "sans-bold": "hebo",
    "han": "cjk",
    "han-bold": "cjk",
}
LIGATURES = (
    ("ffi", "\ufb03"),
    ("ffl", "\ufb04"),
    ("ff", "\ufb00"),
    ("fi", "\ufb01"),
    ("fl", "\ufb02"),
)
_NO_LINE_START = set("，。、；：！？）》」』”’】％%…—·")
_NO_LINE_END = set("（《「『“‘【")
_ONSETS = {
    "bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "ph", "pl", "pr", "qu", "sc",
    "sh", "sl", "sp", "st", "sw", "th", "tr", "wh", "wr", "gh", "ck", "str", "spr", "thr",
}  # fmt: skip
_ENDINGS = ("tion", "sion", "ment", "ness", "less", "ship", "able", "ible", "ance", "ence", "ture")
_VOWELS = set("aeiouyAEIOUY")
_MARKUP = re.compile(r"(\*\*.+?\*\*|\*.+?\*|\^\{.+?\})")


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a line; `gap` is the space after it, `stretch` how far that may grow."""

    text: str
    font: str
    size: float
    width: float
    gap: float
    stretch: float
    rise: float = 0.0
    may_end_line: bool = False
    hyphen: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """The type that a text is set in; `latin` is the font for Latin words inside Chinese."""

    font: str
    size: float
    hyphenate: bool = False
    ligatures: bool = False

    @property
    def latin(self) -> str:
        """The font of Latin letters and digits."""
        if not self.font.startswith("han"):
            return self.font
        return "sans-bold" if self.font.endswith("bold") else "sans"


@cache
def face(name: str) -> pymupdf.Font:
    """Return the font behind one of our names."""
    return pymupdf.Font(FACES[name])


@cache
def measure(text: str, font: str, size: float) -> float:
    """Return the width of text in points."""
    return float(face(font).text_length(text, fontsize=size))


def is_han(character: str) -> bool:
    """Tell whether a character is set in the Chinese font."""
    return character >= "\u2e80" or character in "“”‘’…—·"


def syllables(word: str) -> list[str]:
    """Cut a word where it may be hyphenated; three letters at least stay on either side.

    >>> syllables("agreement")
    ['agree', 'ment']
    """
    if len(word) < 7 or not word.isalpha() or not word[1:].islower():
        return [word]
    cuts = [at for at in range(3, len(word) - 2) if _may_cut(word, at)]
    pieces = []
    start = 0
    for at in cuts:
        if at - start >= 2:
            pieces.append(word[start:at])
            start = at
    return [*pieces, word[start:]]


def _may_cut(word: str, at: int) -> bool:
    if word[at:] in _ENDINGS or word[at:] in {ending + "s" for ending in _ENDINGS}:
        return True
    before = word[:at]
    after = word[at:]
    onset = re.match(r"[^aeiouy]*", after)
    length = onset.end() if onset else 0
    if length == 0 or length == len(after) or before[-1] in _VOWELS:
        return False
    if before[-2] not in _VOWELS or before[-1] + after[0] in _ONSETS:
        return False
    return after not in {
        "ded",
        "ted",
        "ged",
        "ced",
        "sed",
        "red",
        "ges",
        "ces",
        "ses",
        "ned",
    } and (length == 1 or after[:length] in _ONSETS)


def variant(font: str, *, bold: bool = False, italic: bool = False) -> str:
    """Return the bold or italic face of a family; a face that lacks one stays as it is."""
    name = font.removesuffix("-bold").removesuffix("-italic")
    heavy = bold or font.endswith("-bold")
    wanted = name + ("-bold" if heavy else "") + ("-italic" if italic else "")
    return wanted if wanted in FACES else name + ("-bold" if heavy else "")


def atoms(text: str, kind: Type) -> list[Atom]:
    """Cut marked-up text (**bold**, *italic*, ^{raised}) into atoms."""
    found: list[Atom] = []
    for piece in _MARKUP.split(text):
        if piece.startswith("^{"):
            found = _raised(found, piece[2:-1], kind)
        elif piece.startswith("**") and len(piece) > 4:
            found += _plain(piece[2:-2], replace(kind, font=variant(kind.font, bold=True)))
        elif piece.startswith("*") and len(piece) > 2:
            found += _plain(piece[1:-1], replace(kind, font=variant(kind.font, italic=True)))
        elif piece:
            if piece[0].isspace():
                found = _spaced(found, kind)
            found += _plain(piece, kind)
    return found


def _spaced(found: list[Atom], kind: Type) -> list[Atom]:
    """Give the last atom the space that follows it."""
    if not found:
        return found
    space = measure(" ", kind.latin, kind.size)
    return [*found[:-1], replace(found[-1], gap=space, stretch=space, may_end_line=True)]


def _plain(text: str, kind: Type) -> list[Atom]:
    found: list[Atom] = []
    for token in re.findall(r"\s+|\S+", text):
        if token.isspace():
            found = _spaced(found, kind)
        elif any(is_han(character) for character in token) and kind.font.startswith("han"):
            found += _han(token, kind)
        else:
            found += _word(token, kind)
    return found


def _han(token: str, kind: Type) -> list[Atom]:
    found: list[Atom] = []
    pieces = re.findall(r"[\x21-\x7e£€°²×±≤≥]+|.", token)
    for at, piece in enumerate(pieces):
        follower = pieces[at + 1][0] if at + 1 < len(pieces) else ""
        free = piece not in _NO_LINE_END and follower not in _NO_LINE_START and follower != ""
        font = kind.font if is_han(piece[0]) else kind.latin
        width = measure(piece, font, kind.size)
        stretch = kind.size * 0.1 if follower else 0.0
        found.append(Atom(piece, font, kind.size, width, 0.0, stretch, may_end_line=free))
    return found


def _word(token: str, kind: Type) -> list[Atom]:
    font = kind.latin
    pieces = _glued(_divided(token)) if kind.hyphenate else [token]
    found = []
    for at, piece in enumerate(pieces):
        more = at + 1 < len(pieces)
        shown = _ligated(piece) if kind.ligatures else piece
        width = measure(shown, font, kind.size)
        found.append(Atom(shown, font, kind.size, width, 0.0, 0.0, may_end_line=more, hyphen=more))
    return found


def _divided(token: str) -> list[str]:
    """Cut a token into syllables and what is no letter; compounds are left whole."""
    parts = re.findall(r"[A-Za-z]+|[^A-Za-z]+", token)
    if sum(part.isalpha() for part in parts) != 1:
        return [token]
    return [piece for part in parts for piece in syllables(part)]


def _glued(pieces: list[str]) -> list[str]:
    """Join what is not a syllable (quotes, commas, digits) to its neighbour."""
    joined: list[str] = []
    for piece in pieces:
        if joined and not (piece.isalpha() and joined[-1][-1].isalpha()):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _ligated(text: str) -> str:
    for letters, ligature in LIGATURES:
        text = text.replace(letters, ligature)
    return text


def _raised(found: list[Atom], text: str, kind: Type) -> list[Atom]:
    """Append a raised mark to the word before it, taking over that word's space."""
    size = kind.size * 0.68
    width = measure(text, kind.font, size)
    mark = Atom(text, kind.font, size, width, 0.0, 0.0, rise=kind.size * 0.34)
    return [*found, mark]
