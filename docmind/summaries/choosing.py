"""Which of the candidates a summary tells: different things, some of every section.

Maximal marginal relevance (Carbonell and Goldstein, 1998): the best sentence that is not yet said.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from docmind.summaries.events import Length
from docmind.summaries.scoring import Candidates

if TYPE_CHECKING:
    from docmind.summaries.centrality import Numbers, Scores

_RELEVANCE = 0.7
"""Against novelty, of 1."""

_IN_OVERVIEW, _IN_KEY_POINTS, _IN_SECTIONS = 0.3, 0.6, 1.2
"""What it counts against a sentence to stand beside one that is told, where 1 is to repeat it.

An overview may be one paragraph of an abstract; a section is to be told from end to end.
"""

_SAME = 0.75
"""Sentences that are more alike than this are told once."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many sentences a summary of some length has."""

    overview: int
    key_points: int
    in_sections: int
    in_a_section: int
    runs: int
    """Into how many parts a document without any structure is cut."""


AMOUNTS = {
    Length.SHORT: Amounts(2, 4, 10, 1, 10),
    Length.MEDIUM: Amounts(3, 7, 30, 4, 16),
    Length.LONG: Amounts(5, 12, 90, 8, 20),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of the candidates, each list in reading order; `sections` by number of the section."""

    overview: tuple[int, ...]
    key_points: tuple[int, ...]
    sections: dict[int, tuple[int, ...]]


def choose(candidates: Candidates, sizes: Sequence[int], length: Length) -> Choice:
    """Choose what to tell; `sizes` says how many sentences each section has."""
    amounts = AMOUNTS[length]
    groups = [sentence.section for sentence in candidates.sentences]
    rows = range(len(groups))
    overview = _Telling(candidates, candidates.overall, _IN_OVERVIEW).different(
        rows, amounts.overview, told=()
    )
    room = Counter(dict.fromkeys(groups, math.ceil(amounts.key_points / 3)))
    if len(room) < 3:
        room = Counter(dict.fromkeys(groups, amounts.key_points))
    key_points = _Telling(candidates, candidates.overall, _IN_KEY_POINTS).different(
        rows, amounts.key_points, told=overview, room=room
    )
    told = [*overview, *key_points]
    telling = _Telling(candidates, candidates.within, _IN_SECTIONS)
    sections = {}
    for section, quota in enumerate(_quotas(sizes, amounts)):
        own = [row for row in rows if groups[row] == section]
        chosen = telling.different(own, quota, told=told)
        # A section whose best is said above already still has its place here.
        chosen = chosen or telling.different(own, min(1, quota), told=())
        if chosen:
            sections[section] = tuple(sorted(chosen))
    return Choice(tuple(sorted(overview)), tuple(sorted(key_points)), sections)


@dataclass(frozen=True, slots=True)
class _Telling:
    """Choosing by some scores; `nearness` is what it counts to stand beside what is told."""

    candidates: Candidates
    scores: Scores
    nearness: float

    def different(
        self,
        rows: Sequence[int],
        count: int,
        *,
        told: Sequence[int],
        room: Counter[int] | None = None,
    ) -> list[int]:
        """The best `count` of these rows that say something else than each other and `told`.

        `room` is how many of them each section may have.
        """
        left = np.array([row for row in rows if row not in set(told)], dtype=np.int64)
        chosen: list[int] = []
        said = list(told)
        apart = self._apart(left, count)
        while len(left) and len(chosen) < count:
            worth = self._worth(left, said, apart)
            best = int(np.argmax(worth))
            if worth[best] == -np.inf:
                break
            row, left = int(left[best]), np.delete(left, best)
            group = self.candidates.sentences[row].section
            if room is not None and not room[group]:
                continue
            if room is not None:
                room[group] -= 1
            chosen.append(row)
            said.append(row)
        return chosen

    def _apart(self, rows: Numbers, count: int) -> float:
        """How far from each other `count` sentences stand if they are spread over these rows."""
        if not len(rows) or not count:
            return 1.0
        places = self.candidates.order[rows]
        return max(1.0, float(places.max() - places.min()) / count)

    def _worth(self, rows: Numbers, said: Sequence[int], apart: float) -> Scores:
        """What each row would add to what is said; nothing at all where it repeats it."""
        worth = _RELEVANCE * self.scores[rows]
        if not said:
            return np.asarray(worth)
        places, others = self.candidates.order, np.array(said, dtype=np.int64)
        distances = np.abs(places[rows][:, None] - places[others][None, :]).min(axis=1)
        near = np.maximum(0.0, 1 - distances / apart)
        alike = self.candidates.alike[np.ix_(rows, others)].max(axis=1)
        worth = worth - (1 - _RELEVANCE) * (alike + self.nearness * near)
        return np.where(alike > _SAME, -np.inf, worth)


def _quotas(sizes: Sequence[int], amounts: Amounts) -> list[int]:
    """How many sentences each section may tell: one each, the long ones more, by their root.

    Where there are more sections than sentences to tell, the longest have one each.
    """
    filled = [section for section, size in enumerate(sizes) if size]
    filled = sorted(filled, key=lambda section: -sizes[section])[: amounts.in_sections]
    quotas = [0] * len(sizes)
    roots = {section: math.sqrt(sizes[section]) for section in filled}
    whole = sum(roots.values()) or 1.0
    for section in filled:
        share = round(amounts.in_sections * roots[section] / whole)
        quotas[section] = max(1, min(amounts.in_a_section, share, -(-sizes[section] // 3)))
    return quotas
