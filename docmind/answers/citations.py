"""From a span of a document to a Citation, and from a quotation back to its span.

The engines never write quotations: `cite` copies the words from the page. `find_quote` is for
words whose origin is somebody's say-so, and for checking ours: it accepts one contiguous stretch
of the source whose letters, numbers and signs are all there, and nothing less. Don't loosen it to
a similarity score: "is permitted" is very similar to "is not permitted".
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from docmind.model import Citation, Coverage, Document, Kind, Page, Status
from docmind.passages.sentences import sentence_spans

_NUMBER = re.compile(
    r"(?P<sign>[-\N{MINUS SIGN}\N{EN DASH}+]|\()?\s?(?:[$€£¥]|US\$|RMB)?\s?"
    r"(?<![A-Za-z])(?P<digits>\d+(?:[.,]\d+)*)(?P<close>\s?\))?(?P<percent>\s?[%‰])?"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|without|cannot|unless|except)\b|n['’]t\b|[不未无非没勿禁]",
    re.IGNORECASE,
)
_OCR_CONFUSIONS = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "8": "b", "|": "l"})
_MIN_FOLDED_CHARACTERS = 8
"""A quotation of fewer letters and digits is found by chance; such a one must be exact."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quotation stands in a text, and how literally."""

    status: Status
    start: int
    end: int


def cite(document: Document, page: Page, span: tuple[int, int], passage_id: str) -> Citation:
    """A citation of page.text[span], exact by construction; numbered 0 until it is given one."""
    start, end = span
    lines = page.lines(start, end) if document.kind.places_are_lines else None
    return Citation(
        number=0,
        id=passage_id,
        document=document.name,
        page=None if lines else page.number,
        page_label=None if lines else page.label,
        lines=lines,
        quote=page.text[start:end],
        start=start,
        end=end,
        boxes=page.words.boxes_of(start, end),
        status=Status.EXACT,
        ocr=page.coverage is Coverage.OCR,
        code=document.kind is Kind.CODE,
    )


def verify(citation: Citation, document: Document) -> Status:
    """The status that the citation's quote deserves, judged by its document alone."""
    page = document.page(citation.page or 1)
    if page.text[citation.start : citation.end] == citation.quote and citation.quote:
        return Status.EXACT
    match = find_quote(citation.quote, page.text, ocr=citation.ocr)
    return match.status if match else Status.UNVERIFIED


def find_quote(quote: str, text: str, *, ocr: bool = False) -> Match | None:
    """Where a quotation stands in a text: exact, or but for white space, hyphens, punctuation.

    None where it does not stand there in one piece, where a number, a sign or a percentage
    differs, where it begins or ends inside a word, or where it leaves out its own sentence's
    negation.
    With `ocr`, characters that OCR confuses (0/o, 1/l, 5/s, rn/m) count as equal inside words.
    """
    quote = quote.strip()
    if not quote:
        return None
    start = text.find(quote)
    while start >= 0:
        if _acceptable(quote, text, start, start + len(quote)):
            return Match(Status.EXACT, start, start + len(quote))
        start = text.find(quote, start + 1)
    return _find_folded(quote, text, ocr=ocr)


def _find_folded(quote: str, text: str, *, ocr: bool) -> Match | None:
    """Look for the quotation by its letters and digits alone."""
    needle = _Folded.of(quote, ocr=ocr).characters
    if len(needle) < _MIN_FOLDED_CHARACTERS:
        return None
    source = _Folded.of(text, ocr=ocr)
    at = source.characters.find(needle)
    while at >= 0:
        start, end = source.offset(at), source.offset(at + len(needle) - 1) + 1
        if _acceptable(quote, text, start, end):
            return Match(Status.NORMALIZED, start, end)
        at = source.characters.find(needle, at + 1)
    return None


def _acceptable(quote: str, text: str, start: int, end: int) -> bool:
    """Whether the quotation may stand for text[start:end]."""
    return (
        not _splits_word(text, start)
        and not _splits_word(text, end)
        and _numbers(quote, 0, len(quote)) == _numbers(text, start, end)
        and not cuts_negation(text, start, end)
    )


def _splits_word(text: str, at: int) -> bool:
    """Whether the offset lies inside a word or a number of a script that has spaces."""
    if not 0 < at < len(text):
        return False
    return _spaced(text[at - 1]) and _spaced(text[at])


def _spaced(character: str) -> bool:
    return character.isalnum() and not "\u2e80" <= character <= "\u9fff"


def _numbers(text: str, start: int, end: int) -> list[tuple[str, bool, bool]]:
    """The numbers of text[start:end]: ungrouped digits, whether negative, whether a percentage.

    Looks two characters past either end, so that "370" is not found in "(370)" nor "5" in "5 %".
    """
    found = []
    for match in _NUMBER.finditer(text, max(0, start - 2), min(len(text), end + 2)):
        inside = start <= match.start("digits") and match.end("digits") <= end
        if not inside:
            continue
        sign = match["sign"] or ""
        before = text[match.start() - 1 : match.start()]
        dash = sign not in ("", "(", "+") and not before.isalnum()
        bracketed = sign == "(" and match["close"] is not None
        found.append((_value(match["digits"]), dash or bracketed, match["percent"] is not None))
    return found


def _value(digits: str) -> str:
    """A number without thousands separators and trailing zeros: 1,577.00 is 1577."""
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", digits)
    return plain.rstrip("0").rstrip(".") if plain.count(".") == 1 else plain


def cuts_negation(text: str, start: int, end: int) -> bool:
    """Whether a span leaves out its sentence's negation: "permitted" of "is not permitted"."""
    nearby = max(0, start - 400)
    for begin, stop in sentence_spans(text, nearby, min(len(text), end + 400)):
        if begin <= start < stop and start > begin:
            return bool(_NEGATION.search(text, begin, start))
    return False


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text's letters and digits, case and form folded, and where each comes from."""

    characters: str
    lengths: tuple[int, ...]
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: str, *, ocr: bool) -> _Folded:
        """Fold a text; a folded run remembers the offset of the character that it came from."""
        pieces: list[str] = []
        offsets: list[int] = []
        for offset, character in enumerate(text):
            if ocr and pieces and character in "nN" and text[offset - 1] in "rR":
                pieces[-1] = "m"  # both letters of "rn" stand where the "r" does
                continue
            folded = unicodedata.normalize("NFKC", character).casefold()
            kept = "".join(each for each in folded if each.isalnum() or each in "|" * ocr)
            if kept:
                pieces.append(kept.translate(_OCR_CONFUSIONS) if ocr else kept)
                offsets.append(offset)
        lengths = tuple(accumulate(len(piece) for piece in pieces))
        return cls("".join(pieces), lengths, tuple(offsets))

    def offset(self, position: int) -> int:
        """Where in the text the folded character at this position stands."""
        return self.offsets[bisect_right(self.lengths, position)]
