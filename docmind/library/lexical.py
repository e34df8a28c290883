"""Ranks the passages of a library by words as `docmind.retrieval.index` does it in memory.

The same three views of the text: the passage with what stands above it, its neighbours on the
page, and the unit (a page, or a part of a long one) that it is in. FTS5 gives the scores of the
first and the last; a few hundred passages that one of them puts first are then scored by all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docmind.library.manifest import Manifest
from docmind.library.words import as_expression, of_question
from docmind.retrieval.index import NEIGHBOUR_WEIGHT
from docmind.retrieval.terms import Terms

RANKED = 30_000
"""How many passages with one of the words may be scored: what bounds the time of a question."""

SCORED = 2_000
"""Of how many passages and units the scores are taken from FTS5; less than the rest matters."""

BEST_PASSAGES = 300
BEST_UNITS = 60
"""Whose passages are scored by all three views."""

_LAST_PAGE = 2**31

_FREQUENCIES = """
CREATE VIRTUAL TABLE IF NOT EXISTS temp.frequencies USING fts5vocab ('main', 'words', 'row')"""

_FREQUENCY = "SELECT doc FROM temp.frequencies WHERE term = ?"

_ANYWHERE = "SELECT rowid, -rank FROM {0} WHERE {0} MATCH ? ORDER BY rank LIMIT ?"

_ON_PAGES = """
SELECT passages.id, -bm25({0}) FROM {0} JOIN passages ON passages.id = {0}.rowid
WHERE {0} MATCH ? AND passages.page >= ? AND passages.page < ?
ORDER BY bm25({0}) LIMIT ?"""

_PLACES = "SELECT id, unit, document, page FROM passages WHERE id IN ({})"

_IN_UNITS = "SELECT id, unit, document, page FROM passages WHERE unit IN ({})"

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
        expression = as_expression(self._telling(of_question(self._terms.of_question(query))))
        if not expression:
            return {}
        own = self._matching("words", expression, pages)
        units = self._matching("units", expression, pages)
        places = self._places(list(own)[:BEST_PASSAGES], list(units)[:BEST_UNITS])
        scores = {
            number: own.get(number, 0.0)
            + NEIGHBOUR_WEIGHT * _beside(number, own, places)
            + units.get(place[0], 0.0)
            for number, place in places.items()
            if pages is None or place[2] in pages
        }
        best = sorted(scores, key=lambda number: (-scores[number], number))
        return {number: scores[number] for number in best[:limit] if scores[number] > 0}

    def _matching(self, table: str, expression: str, pages: range | None) -> Scores:
        """Rows of an index with any of the words, best first, with their scores of BM25."""
        if pages is None:
            return dict(self._manifest.rows(_ANYWHERE.format(table), (expression, SCORED)))
        within = (expression, pages.start, min(pages.stop, _LAST_PAGE), SCORED)
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

    def _telling(self, words: list[str]) -> list[str]:
        """The rarest of these words, as many as can be ranked in time; at least one.

        A word of every third passage costs most and tells least.
        """
        self._manifest.rows(_FREQUENCIES)
        found = [
            (count, word)
            for word in words
            for (count,) in self._manifest.rows(_FREQUENCY, (word,))
        ]
        kept: list[str] = []
        rows = 0
        for count, word in sorted(found):
            rows += count
            if kept and rows > RANKED:
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
