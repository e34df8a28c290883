"""How mentions of one value become one fact, with the sentences (or rows) in which it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from docmind.facts.mentions import Mention
from docmind.model import Fact
from docmind.passages.wholes import Part
from docmind.summaries.cited import Cited

MOST_CITATIONS = 3


@dataclass(slots=True)
class _Gathered:
    """The mentions of one value."""

    value: str
    kinds: Counter[str] = field(default_factory=Counter)
    parts: dict[Part, None] = field(default_factory=dict)
    mentions: int = 0


def gathered(mentions: Iterable[Mention], cited: Cited, most: int) -> tuple[tuple[Fact, ...], int]:
    """The facts in the order of their first mention, and how many there are in all.

    Where there are more than `most`, those whose kind is known and those said most often are kept.
    """
    found: dict[Hashable, _Gathered] = {}
    for mention in mentions:
        held = found.setdefault(mention.key, _Gathered(mention.value))
        held.mentions += 1
        held.parts.setdefault(mention.part)
        if mention.kind:
            held.kinds[mention.kind] += 1
    ranked = sorted(found.values(), key=lambda held: (not held.kinds, -held.mentions))[:most]
    kept = {id(held) for held in ranked}
    facts = (_fact(held, cited) for held in found.values() if id(held) in kept)
    return tuple(fact for fact in facts if fact.citations), len(found)


def _fact(held: _Gathered, cited: Cited) -> Fact:
    """A fact with the citations of its first mentions."""
    kind = held.kinds.most_common(1)[0][0] if held.kinds else ""
    return Fact(held.value, kind, cited.numbers(list(held.parts)[:MOST_CITATIONS]))
