"""The evidence of a value: the sentences that state it, and whether they do.

A model names passages; what is cited of one is the sentence, the row or the line that has the
value. Where none has it, the document is searched for one that does, because a model is wrong
about a neighbour more often than about the value. What remains is marked as unsupported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from docmind.answers.support import Support
from docmind.model import Document, Passage
from docmind.passages.units import units_of
from docmind.passages.wholes import Part
from docmind.ports import Retriever
from docmind.retrieval.terms import Terms
from docmind.summaries.filled import Filled, Scalar, Value
from docmind.summaries.stating import is_sentence, states

_SEARCHED = 6


class Evidence:
    """Finds and checks the evidence of values in one document."""

    def __init__(
        self, document: Document, retriever: Retriever, pages: range | None = None
    ) -> None:
        self._document = document
        self._retriever = retriever
        self._pages = pages
        self._support = Support({document.name: document}, retriever)
        self._terms = Terms()

    def value(self, value: Scalar, cited: Sequence[Passage], words: str) -> Value:
        """A value with its evidence; `words` are what its field is called and described as."""
        if isinstance(value, bool):
            return self._told(value, cited, words)
        parts = [part for passage in cited for part in self._stating(value, passage, words)[:1]]
        if parts:
            return Value(value, _once(parts), supported=True)
        if isinstance(value, str) and cited and is_sentence(value, self._terms):
            verdict = self._support.judge(value, cited)
            if verdict.supported:
                spans = zip(cited, verdict.spans, strict=True)
                parts = [_part(*pair) for pair in spans if pair[1]]
                return Value(value, _once(parts), supported=True)
        if found := self._elsewhere(value, words):
            return Value(value, (found,), supported=True)
        return Value(value, _once(self._nearest(passage, words) for passage in cited))

    def held(self, filled: Filled) -> Filled:
        """What was found, a value counting as supported only where its own evidence has it."""
        match filled:
            case Value(value, parts, True) if not isinstance(value, bool):
                has = any(states(self._text(part), value, self._terms) for part in parts)
                return filled if has else replace(filled, supported=False)
            case dict():
                return {name: self.held(each) for name, each in filled.items()}
            case list():
                return [self.held(each) for each in filled]
            case _:
                return filled

    def _told(self, value: Scalar, cited: Sequence[Passage], words: str) -> Value:
        """A truth value: its evidence has to speak of the same matter; more can't be checked."""
        about = set(self._terms.of(words))
        parts = [
            self._nearest(passage, words)
            for passage in cited
            if about & set(self._terms.of(passage.text))
        ]
        if parts:
            return Value(value, _once(parts), supported=True)
        return Value(value, _once(self._nearest(passage, words) for passage in cited))

    def _stating(self, value: Scalar, passage: Passage, words: str) -> list[Part]:
        """The units of a passage that state a value, that which is most about the field first."""
        about = set(self._terms.of(words))
        found = [
            (len(about & set(self._terms.of(text))), part)
            for part, text in self._units(passage)
            if states(text, value, self._terms)
        ]
        return [part for _, part in sorted(found, key=lambda each: -each[0])]

    def _elsewhere(self, value: Scalar, words: str) -> Part | None:
        """A unit of another passage that states the value and speaks of the field."""
        about = set(self._terms.of(words))
        hits = self._retriever.search(f"{words} {value}", limit=_SEARCHED, pages=self._pages)
        for hit in hits:
            for part in self._stating(value, hit.passage, words):
                if about & set(self._terms.of(self._text(part))):
                    return part
        return None

    def _text(self, part: Part) -> str:
        return self._document.page(part.page).text[part.start : part.end]

    def _nearest(self, passage: Passage, words: str) -> Part:
        """The unit of a passage that has most to do with the field."""
        about = set(self._terms.of(words))
        units = list(self._units(passage))
        best = max(units, key=lambda unit: len(about & set(self._terms.of(unit[1]))), default=None)
        return best[0] if best else _part(passage, (passage.start, passage.end))

    def _units(self, passage: Passage) -> Iterator[tuple[Part, str]]:
        for start, end in units_of(passage, self._document):
            text = passage.text[start - passage.start : end - passage.start]
            yield _part(passage, (start, end)), text


def _part(passage: Passage, span: tuple[int, int] | None) -> Part:
    start, end = span or (passage.start, passage.end)
    return Part(passage.page, start, end)


def _once(parts: Iterator[Part] | Sequence[Part]) -> tuple[Part, ...]:
    return tuple(dict.fromkeys(parts))
