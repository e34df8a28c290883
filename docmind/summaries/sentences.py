"""The sentences of a document that a summary may quote: whole, in prose, and said once.

Most of what a page holds is no statement: titles, captions, rows, addresses, lists of references,
lines that every page repeats. Each is told apart by a rule of its own, because a summary that
quotes one of them is at once seen to be a machine's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docmind.answers.candidates import states_something
from docmind.model import BlockKind, Document, Passage
from docmind.passages.apparatus import is_told
from docmind.passages.sentences import Span
from docmind.passages.units import units_of
from docmind.summaries.sections import Section

_QUOTED_KINDS = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENDS = re.compile(r"[.!。！][\"'”’」』）)\]]*$")
_OPENS = re.compile(
    r"(?:(?:[•●▪■◦*·–—-]|\(?[0-9A-Za-z]{1,3}[.)]|\d+(?:\.\d+)+\.?)\s+)?[\"“‘'(\[]*[A-Z0-9]"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_FUNCTION_WORDS = frozenset(
    "a an the of to in on for with by from at as and or but that which who this these those it its"
    " is are was were be been has have had will would shall may can could should must not no any"
    " all such we our you your they their he she his her i if when than into between under".split()
)
_HAN_FUNCTION = re.compile(r"[的了是在和与为将对由于及中以被并向从有不应可其]")
_REFERENCE = re.compile(
    r"https?://|www\.|\bdoi\b|arXiv|\bISBN\b|\bISSN\b|\bet al\.,? \d{4}\.|\bpp?\. ?\d+[–-]\d+"
    r"|[Ii]n Proceedings|(?:[A-Z]\. ){2}|@\w+\.\w|\[[JMCD]\]|all rights reserved"
    r"|(?:©|\(c\)) ?\d{4}|版权所有",
)
_CAPTION = re.compile(
    r"(?:table|fig(?:ure|\.)|chart|exhibit|source|notes?|algorithm|listing|[表图圖])\s*"
    r"(?:[\dA-Z][\w.-]*\s*)?[.:：|]|[表图圖]\s*\d",
    re.IGNORECASE,
)
_PAIRS = (("“", "”"), ("(", ")"), ("「", "」"), ("（", "）"))
_FORMULA = re.compile(r"[=∑Σ∫√≤≥∈→·∂∇≈∀∃]")
_FEWEST_WORDS, _MOST_WORDS = 6, 75
_FEWEST_HAN, _MOST_HAN = 12, 220
_SHARE_OF_FUNCTION_WORDS = 0.2
_SHARE_OF_CAPITALS = 0.65
_SHARE_OF_DIGITS = 0.2
_REPEATED = 3
"""Words that stand so often are said of everything, so of nothing."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be quoted: page.text[start:end] of its passage's page.

    `section` counts the document's sections; `rank` the sentences of its section, `paragraph`
    those before it in its paragraph, each from 0.
    """

    passage: Passage
    start: int
    end: int
    text: str
    section: int
    rank: int
    paragraph: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it begins: page and offset, which is the reading order."""
        return self.passage.page, self.start


def sentences_of(
    document: Document, passages: Sequence[Passage], sections: Sequence[Section]
) -> Iterator[list[Sentence]]:
    """The sentences of each passage, in reading order, one list a passage."""
    begins = [section.begin for section in sections]
    ranks: Counter[int] = Counter()
    for passage in passages:
        found: list[Sentence] = []
        if _is_read(passage):
            for count, (start, end) in enumerate(_prose(passage, document)):
                at = max(0, bisect_right(begins, (passage.page, start)) - 1)
                text = _text(passage, (start, end))
                title = sections[at].title
                if is_told((title,)) and text.rstrip(".") not in title:
                    found.append(Sentence(passage, start, end, text, at, ranks[at], count))
                    ranks[at] += 1
        yield found


def without_repeated(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Each sentence once, and those not at all that come again and again."""
    keys = [re.sub(r"[\W\d_]+", "", sentence.text).casefold() for sentence in sentences]
    counts = Counter(keys)
    first = {key: at for at, key in reversed(list(enumerate(keys)))}
    return [
        sentence
        for at, (key, sentence) in enumerate(zip(keys, sentences, strict=True))
        if counts[key] < _REPEATED and first[key] == at
    ]


def _is_read(passage: Passage) -> bool:
    return passage.kind in _QUOTED_KINDS and is_told(passage.sections[-1:])


def _prose(passage: Passage, document: Document) -> Iterator[Span]:
    """The spans of a passage's sentences that are prose."""
    for span in units_of(passage, document):
        text = _text(passage, span)
        if _stands_in_caption(passage, span, document):
            continue
        if states_something(passage, text) and is_prose(text):
            yield span


def _stands_in_caption(passage: Passage, span: Span, document: Document) -> bool:
    """Whether a sentence goes on with a caption: "Table 2. Yearly costs of all huts." """
    text = document.page(passage.page).text
    line = text[text.rfind("\n", 0, span[0]) + 1 : span[0]]
    return _CAPTION.match(line or _text(passage, span)) is not None


def _text(passage: Passage, span: Span) -> str:
    return passage.text[span[0] - passage.start : span[1] - passage.start]


def _is_torn(text: str) -> bool:
    """Whether words are a reference, a formula, a row of figures, or half of something."""
    return (
        _REFERENCE.search(text) is not None
        or "..." in text
        or "|" in text
        or len(_FORMULA.findall(text)) > 1
        or any(text.count(left) != text.count(right) for left, right in _PAIRS)
        or sum(character.isdigit() for character in text) > len(text) * _SHARE_OF_DIGITS
    )


def is_prose(text: str) -> bool:
    """Whether words are a whole sentence that states something, in English or in Chinese."""
    if not _ENDS.search(text) or _is_torn(text):
        return False
    han = len(_HAN.findall(text))
    if han * 3 > len(text):
        return _FEWEST_HAN <= han <= _MOST_HAN and _HAN_FUNCTION.search(text) is not None
    words = _WORD.findall(text)
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or not _OPENS.match(text):
        return False
    capitals = sum(word[0].isupper() for word in words if len(word) > 3)
    if capitals > sum(len(word) > 3 for word in words) * _SHARE_OF_CAPITALS:
        return False  # a title, whatever ends it
    common = sum(word.lower() in _FUNCTION_WORDS for word in words)
    return common >= len(words) * _SHARE_OF_FUNCTION_WORDS
