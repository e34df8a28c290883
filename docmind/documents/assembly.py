"""Puts a page's text together, word by word, and remembers where each word stands.

Text, word map and block spans come out of the same two lists, words and what follows each, so they
cannot disagree: nothing else may edit a PDF page's text afterwards.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, chain

from docmind.documents.lines import Word
from docmind.model import WordMap


class PageText:
    """A page's text in the making. Positions that it hands out are word positions."""

    __slots__ = ("_after", "_words")

    def __init__(self) -> None:
        self._words: list[Word] = []
        self._after: list[str] = []

    def __len__(self) -> int:
        return len(self._words)

    @property
    def last_word(self) -> str:
        """The word that was added last."""
        return self._words[-1][4]

    @property
    def last_y0(self) -> float:
        """Top of the word that was added last, in points."""
        return self._words[-1][1]

    def add(self, words: Sequence[Word], glued: Sequence[int] = ()) -> None:
        """Words with a space after each, but for those at the positions `glued`."""
        first = len(self._words)
        self._words.extend(words)
        self._after.extend([" "] * len(words))
        for position in glued:
            self._after[first + position] = ""

    def end_with(self, separator: str) -> None:
        """Put this after the last word, in place of the space."""
        if self._after:
            self._after[-1] = separator

    def join_hyphenated(self) -> None:
        """Drop the last word's hyphen and glue the next word to it; both keep their boxes."""
        x0, y0, x1, y1, text = self._words[-1][:5]
        self._words[-1] = (x0, y0, x1, y1, text[:-1])
        self._after[-1] = ""

    def finish(self) -> tuple[str, WordMap, Sequence[int], Sequence[int]]:
        """The text, its word map, and the words' starts and ends as character offsets."""
        if not self._words:
            return "", WordMap(), (), ()
        self._after[-1] = ""
        texts = [word[4] for word in self._words]
        text = "".join(chain.from_iterable(zip(texts, self._after, strict=True)))
        lengths = list(map(len, texts))
        steps = map(int.__add__, lengths, map(len, self._after))
        starts = array("I", accumulate(steps, initial=0))
        starts.pop()
        ends = array("I", map(int.__add__, starts, lengths))
        boxes = array("f", chain.from_iterable([word[:4] for word in self._words]))
        return text, WordMap(starts.tobytes(), ends.tobytes(), boxes.tobytes()), starts, ends
