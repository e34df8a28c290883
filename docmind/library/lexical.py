"""Ranks the passages of a library by words as `docmind.retrieval.index` does it in memory.

The same three views of the text: the passage with what stands above it, its neighbours on the
page, and the unit (a page, or a part of a long one) that it is in. FTS5 gives the scores of the
first and the last; a few hundred passages that one of them puts first are then scored by all.

FTS5 scores every passage that has a word, which takes a microsecond each. So it is asked for the
rarest words of a question alone, as many as there is time for: they find the candidates. What the
others add to a candidate is counted here, in its own words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docmind.library.manifest import Manifest
from docmind.library.words import as_expression, of_question
from docmind.retrieval.index import NEIGHBOUR_WEIGHT
from docmind.retrieval.terms import Terms

RANKED = 5_000
"""How many passages FTS5 may score for a question. Hardly matters to what is found: the best
passages stand in the best units, and what was not scored is counted."""

RANKED_UNITS = 40_000
"""How many units likewise. Matters much: a unit that a frequent word would have put among the best
is not found without it."""

SCORED = 2_000
"""Of how many passages and units the scores are taken from FTS5; less than the rest matters."""

BEST_PASSAGES = 300
BEST_UNITS = 60
"""Whose passages are scored by all three views."""

LAST_PAGE = 2**31
"""SQLite takes no number of any length, and `--pages` does."""

_FREQUENCY = "SELECT count(*) FROM words WHERE words MATCH ?"

_ANYWHERE = "SELECT rowid, -rank FROM {0} WHERE {0} MATCH ? ORDER BY rank LIMIT ?"

_ON_PAGES = """
SELECT passages.id, -bm25({0}) FROM {0} JOIN passages ON passages.id = {0}.rowid
WHERE {0} MATCH ? AND passages.page >= ? AND passages.page < ?
ORDER BY bm25({0}) LIMIT ?"""

_UNITS = "SELECT count(*) FROM units_docsize"

_PLACES = "SELECT id, unit, document, page FROM passages WHERE id IN ({})"

_IN_UNITS = "SELECT id, unit, document, page FROM passages WHERE unit IN ({})"

_WORDS_OF = "SELECT rowid, terms FROM words WHERE rowid IN ({})"

_K1 = 1.2
_B = 0.75
_LEAST_WEIGHT = 1e-6
"""FTS5's own, which cannot be set: scores that are made here must not differ from its."""

Scores = dict[int, float]
Place = tuple[int, int, int]
"""The unit, the document and the page of a passage."""


class LexicalArm:
    """Passages with the words of a query, in what a manifest has."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._terms = Terms()

    def scores(self, query: str, limit: int, pages: range | None = None) -> Scores:
        """The best passages, best first, with their scores."""
        counts = self._frequencies(of_question(self._terms.of_question(query)))
        if not counts:
            return {}
        units = self._matching("units", self._of_units(counts), pages)
        telling = _affordable(counts, RANKED)
        own = self._matching("words", telling, pages) if telling else {}
        places = self._places(list(own)[:BEST_PASSAGES], list(units)[:BEST_UNITS])
        others = {word: count for word, count in counts.items() if word not in telling}
        for number, score in self._counted(others, places).items():
            own[number] = own.get(number, 0.0) + score
        scores = {
            number: own.get(number, 0.0)
            + NEIGHBOUR_WEIGHT * _beside(number, own, places)
            + units.get(place[0], 0.0)
            for number, place in places.items()
            if pages is None or place[2] in pages
        }
        best = sorted(scores, key=lambda number: (-scores[number], number))
        return {number: scores[number] for number in best[:limit] if scores[number] > 0}

    def _matching(self, table: str, words: Iterable[str], pages: range | None) -> Scores:
        """Rows of an index with any of the words, best first, with their scores of BM25."""
        expression = as_expression(words)
        if pages is None:
            return dict(self._manifest.rows(_ANYWHERE.format(table), (expression, SCORED)))
        within = (expression, pages.start, min(pages.stop, LAST_PAGE), SCORED)
        return dict(self._manifest.rows(_ON_PAGES.format(table), within))

    def _places(self, passages: Sequence[int], units: Sequence[int]) -> dict[int, Place]:
        """Where these passages, those beside them, and all of these units stand."""
        wanted = {number + step for number in passages for step in (-1, 0, 1)}
        found = self._asked(_PLACES, sorted(wanted)) + self._asked(_IN_UNITS, units)
        return {number: (unit, document, page) for number, unit, document, page in found}

    def _asked(self, statement: str, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(numbers))
        # Only question marks are put into the statement, never a value.
        return self._manifest.rows(statement.format(marks), tuple(numbers))

    def _frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """How many passages have each of these words, the rarest first."""
        found = [
            (count, word)
            for word in words
            for (count,) in self._manifest.rows(_FREQUENCY, (as_expression([word]),))
        ]
        return {word: count for count, word in sorted(found) if count}

    def _of_units(self, counts: Mapping[str, int]) -> list[str]:
        """The words to ask units for; at least the rarest."""
        ((units,),) = self._manifest.rows(_UNITS)
        most = {word: min(count, units) for word, count in counts.items()}
        return _affordable(most, RANKED_UNITS) or list(counts)[:1]

    def _counted(self, words: Mapping[str, int], numbers: Iterable[int]) -> Scores:
        """What these words add to the scores of these passages, by how often they have them.

        As FTS5 has it, but that the length of a passage is compared with that of the others here,
        and not with that of all.
        """
        if not words:
            return {}
        ((total,),) = self._manifest.rows("SELECT count(*) FROM passages")
        weights = {
            word: max(_LEAST_WEIGHT, math.log((total - count + 0.5) / (count + 0.5)))
            for word, count in words.items()
        }
        asked = self._asked(_WORDS_OF, sorted(numbers))
        texts = {number: Counter(text.split()) for number, text in asked}
        mean = sum(text.total() for text in texts.values()) / max(1, len(texts))
        scores: Scores = {}
        for number, text in texts.items():
            damping = _K1 * (1 - _B + _B * text.total() / (mean or 1.0))
            scores[number] = sum(
                weight * text[word] * (_K1 + 1) / (text[word] + damping)
                for word, weight in weights.items()
                if word in text
            )
        return scores


def _affordable(counts: Mapping[str, int], most: int) -> list[str]:
    """The first of these words that stand in no more than so many places together."""
    kept: list[str] = []
    places = 0
    for word, count in counts.items():
        places += count
        if places > most:
            break
        kept.append(word)
    return kept


def _beside(number: int, own: Scores, places: dict[int, Place]) -> float:
    """The scores of the passages before and after on the same page."""
    here = places[number][1:]
    return sum(
        own.get(each, 0.0)
        for each in (number - 1, number + 1)
        if each in places and places[each][1:] == here
    )
