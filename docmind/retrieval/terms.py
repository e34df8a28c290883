"""Text in, search terms out: the same for passages and for questions.

Every distinct word is worked on once and then looked up; a page is one regular expression and two
passes in C. Do not move any rule from `_terms_of` into the loop over the text: an index of 300
pages must be ready in a tenth of a second.

One word may give several terms. "Wi-Fi" is found by "wifi", "wi" and "fi"; `parsePDFPage` by its
whole and by its parts; "1,577.00" by "1577" and as it is written. Chinese and Japanese have no
spaces: their runs give every character and every pair of neighbours, which ranks as well as
dictionary segmentation and needs no dictionary; Korean likewise.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

import Stemmer

# A run that may hold what binds a name or a number together, and ends in a letter or digit.
_RAW = re.compile(r"[^\W_](?:[\w.,'’‐‑-]*[^\W_])?")
_SPLIT = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d[\d.,]*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
_CJK_CLASS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_CJK = re.compile(f"[{_CJK_CLASS}]")
_CJK_RUNS = re.compile(f"([{_CJK_CLASS}]+)")
_APOSTROPHES = re.compile(r"['’](?:s$)?")

_STOP_WORDS = frozenset(
    "a an and are as at be been but by for from had has have he her his if in into is it its no "
    "nor not of on or our she so such than that the their them then there these they this those "
    "to was we were which will with would you your".split()
)
# Words that ask, and so say nothing about the passage that answers.
_QUESTION_WORDS = frozenset(
    "what who whom whose when where why how do does did can could should shall might must "
    "please tell me i my give show list find say says said according mentioned based any".split()
)
_QUESTION_PHRASES = re.compile(
    "什么|甚么|哪一[个些年]|哪[里儿些个年]?|谁|为何|为什么|怎么样?|怎样|如何|多少|几[个年月日]?|是否|请问|吗|呢"
    "|的|了|是|在|有|和|与|及"
    "|何ですか|ですか|いつ|どこ|だれ|誰|なぜ|どの|どう|か$"
)


def raw_words(text: str) -> list[str]:
    """The pieces of a text that terms are made from, in order."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _RAW.findall(text)


def has_cjk(text: str) -> bool:
    """Whether there is a character in it that is written without spaces, or a Korean one."""
    return _CJK.search(text) is not None


class Terms:
    """Cuts text into terms, and remembers what each distinct word gave."""

    def __init__(self) -> None:
        self._words = _Words()

    def of(self, text: str) -> list[str]:
        """The terms of a text, in order, repeated as often as they stand in it."""
        return list(chain.from_iterable(map(self._words.__getitem__, raw_words(text))))

    def of_word(self, word: str) -> tuple[str, ...]:
        """The terms of one of `raw_words`."""
        return self._words[word]

    def of_question(self, question: str) -> list[str]:
        """The distinct terms of a question, in order, without the words that only ask.

        A question of nothing but such words ("what is it?") keeps them all.
        """
        text = unicodedata.normalize("NFKC", question)
        asked = _QUESTION_PHRASES.sub(" ", text) if has_cjk(text) else text
        kept = " ".join(word for word in asked.split() if _bare(word) not in _QUESTION_WORDS)
        return list(dict.fromkeys(self.of(kept))) or list(dict.fromkeys(self.of(text)))


class _Words(dict[str, tuple[str, ...]]):
    """Raw words to their terms; a word is worked on when it is first looked up."""

    def __init__(self) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer("english", 0)

    def __missing__(self, word: str) -> tuple[str, ...]:
        if has_cjk(word):
            # Such a run is rarely seen twice: to keep it would only cost memory.
            return tuple(self._terms_of_cjk(word))
        terms = tuple(self._terms_of(word))
        self[word] = terms
        return terms

    def _terms_of_cjk(self, run: str) -> list[str]:
        terms: list[str] = []
        for part in _CJK_RUNS.split(run):
            if not _CJK.match(part):
                terms.extend(chain.from_iterable(map(self.__getitem__, _RAW.findall(part))))
                continue
            terms.extend(part)
            terms.extend(map(str.__add__, part, part[1:]))
        return terms

    def _terms_of(self, word: str) -> list[str]:
        if word.islower() and word.isascii() and word.isalpha():
            return [] if word in _STOP_WORDS else [self._stemmer.stemWord(word)]
        if _NUMBER.fullmatch(word):
            return _terms_of_number(word)
        word = _without_accents(_APOSTROPHES.sub("", word))
        pieces = _SPLIT.findall(word)
        parts = [part.lower() for piece in pieces for part in _humps(piece)]
        whole = "".join(pieces).lower()
        if len(parts) > 1 and len(whole) <= _LONGEST_WHOLE:
            parts.append(whole)
        return [self._stemmer.stemWord(part) for part in parts if part not in _STOP_WORDS]


_LONGEST_WHOLE = 40


def _humps(piece: str) -> list[str]:
    """`parsePDFPage` in its parts; a word that has none stays whole."""
    if piece.islower() or piece.istitle() or (piece.isupper() and piece.isalpha()):
        return [piece]
    return _HUMPS.findall(piece) or [piece]


def _terms_of_number(word: str) -> list[str]:
    """A number by its value, and as it is written where that differs."""
    plain = word.replace(",", "") if _GROUPED.fullmatch(word) else word
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    if "," in plain:
        return _SPLIT.findall(word)
    return [plain] if plain == word else [plain, word]


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word)
    return "".join(character for character in apart if not unicodedata.combining(character))


def _bare(word: str) -> str:
    return word.strip(".,;:!?()[]\"'“”‘’").lower()
