"""What a property of a schema is called, and how well some text speaks of it.

Names of properties are written for programs (`noticePeriodDays`, `notice_period_days`); their
words are weighed by how rare they are in the document, so that "date" tells less than "expiry".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docmind.facts.mentions import Unit
from docmind.ports import Retriever
from docmind.retrieval.terms import Terms
from docmind.summaries.shape import Shape
from docmind.summaries.typed import Found

_VAGUE = "amount value sum figure number total"
_VAGUE_COUNTS = 0.3
"""Words that say of what sort a value is weigh less than those that say which one it is."""

_ABOVE_COUNTS = 0.5
_AROUND_COUNTS = 0.5
_MEASURES = re.compile(
    r"\b(?:days?|weeks?|months?|years?|hours?|minutes?|percent(?:age)?|pct|usd|eur|gbp|e-?mails?"
    r"|urls?|website)\b",
    re.IGNORECASE,
)
_HUMPS = re.compile(r"(?<=[a-z\d])(?=[A-Z])|[_\-./]+")
_PERCENT = re.compile(r"percent|\brate\b|share|discount|margin|%|比例|率", re.IGNORECASE)
_MONEY = re.compile(
    r"price|amount|\bfees?\b|charge|cost|total|\bcap\b|salar|revenue|payment|\bsum\b|liabilit|rent"
    r"|价|费|额|款|收入|金",
    re.IGNORECASE,
)
_UNITS = {
    "day": r"days?|日|天", "week": r"weeks?|周", "month": r"months?|月", "year": r"years?|年",
    "hour": r"hours?|小时", "minute": r"minutes?|分钟",
}  # fmt: skip
_CURRENCY_BEFORE = re.compile(r"(?:[$€£¥￥]|\b(?:EUR|USD|GBP|CNY|RMB|CHF|JPY|HKD))\s?$")
_CURRENCY_AFTER = re.compile(
    r"\s?(?:[€£元]|EUR|USD|GBP|CNY|RMB|dollars?|euros?|pounds?|yuan|[万亿]元)"
)
_OF_TIME_OR_SHARE = re.compile(
    r"\W{0,3}(?:\(?\d+\)?\W{0,3})?(?:[%％]|per ?cent|(?:calendar |business )?(?:"
    + "|".join(_UNITS.values())
    + "))"
)
_PERCENT_AFTER = re.compile(r"\s?(?:[%％]|percent|per cent)")
_IS_PART_OF = re.compile(r"占|\b(?:per ?cent|%) of\b")
"""What stands between a value and that of which it is a share."""

_REACH = 40


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a property: its own, with the name of what holds it, and all the others.

    "Supplier: email" is only found where the supplier is spoken of.
    """

    text: str
    name: frozenset[str]
    around: frozenset[str]
    inner: frozenset[str]
    """Its own words, but those about a measure, which is looked at beside the value."""

    @property
    def holder(self) -> frozenset[str]:
        """The name of what holds it."""
        return self.name - self.inner

    @property
    def own(self) -> str:
        """Its own words, as they are written in the schema."""
        return self.text.partition("\n")[0]


class Labels:
    """Makes labels, and measures texts by them."""

    def __init__(self, retriever: Retriever) -> None:
        self.terms = Terms()
        self._vague = frozenset(self.terms.of(_VAGUE))
        self._retriever = retriever

    def label(self, name: str, shape: Shape, above: Label | None) -> Label:
        """The label of a property; `above` is that of the object or the array that holds it."""
        own = " ".join(filter(None, _HUMPS.split(name)))
        around = " ".join(filter(None, (shape.words, above.text if above else "")))
        holder = above.inner if above else frozenset[str]()
        bare = _MEASURES.sub(" ", own)
        inner = frozenset(self.terms.of_question(bare if bare.strip() else own))
        told = frozenset(self.terms.of_question(f"{own} {around}"))
        names = inner | holder
        return Label(f"{own}\n{around}", names, told - names, inner)

    def mass(self, terms: frozenset[str] | set[str]) -> float:
        """What some terms weigh; a term that tells nothing here weighs a little all the same."""
        return sum(
            (self._retriever.idf(term) + 0.1) * (_VAGUE_COUNTS if term in self._vague else 1)
            for term in terms
        )

    def coverage(self, label: Label, unit: Unit) -> float:
        """How much of a label a unit speaks of, with what stands above it; 1: all of its name."""
        here = set(self.terms.of(unit.text))
        if label.holder and not label.holder & here:
            return 0.0
        passage = unit.passage
        above = set(self.terms.of("\n".join((*passage.sections, passage.table_head)))) - here
        counts = 1.0 if unit.in_table else _ABOVE_COUNTS
        found = self.mass(label.name & here) + counts * self.mass(label.name & above)
        share = found / (self.mass(label.name) or 1.0)
        around = self.mass(label.around & here) / (self.mass(label.around) or 1.0)
        return share * (1 + _AROUND_COUNTS * around)

    def is_called(self, label: Label, written: str) -> bool:
        """Whether words that stand before a value in the document are this label."""
        terms = set(self.terms.of(written))
        if not terms or not label.inner:
            return False
        shared = self.mass(terms & label.inner)
        known = self.mass(terms & (label.name | label.around))
        return shared >= 0.6 * self.mass(label.inner) and known >= 0.6 * self.mass(terms)

    def nearness(self, label: Label, unit: Unit, found: Found) -> float:
        """How near to a word of the label a value stands: 1 beside it, towards 0 far away.

        A cell stands beside the heading of its column.
        """
        heads = unit.passage.table_head.split("|")
        column = unit.text.count("|", 0, found.start)
        head = heads[column] if unit.in_table and column < len(heads) else ""
        if label.inner & set(self.terms.of(head)):
            return 1.0
        nearest = min(
            (
                max(found.start - end, start - found.end, 0) * (1 if end <= found.start else 1.5)
                for start, end in self._stands(label, unit)
                if not _IS_PART_OF.search(unit.text[found.end : max(start, found.end)])
            ),
            default=float("inf"),
        )
        return 1 / (1 + nearest / _REACH)

    def _stands(self, label: Label, unit: Unit) -> Iterator[tuple[int, int]]:
        # What is not written with spaces between words is looked for as it is.
        whole = [] if label.own.isascii() else list(re.finditer(re.escape(label.own), unit.text))
        yield from (match.span() for match in whole)
        for match in () if whole else re.finditer(r"\w+", unit.text):
            if label.inner & set(self.terms.of(match.group())):
                yield match.span()


def measure_fits(label: Label, unit: Unit, found: Found) -> float | None:
    """How well a number has the measure that its label asks for; None where it has another."""
    if isinstance(found.value, bool | str):
        return 0.0
    before, after = unit.text[: found.start], unit.text[found.end :]
    for word, units in _UNITS.items():
        if re.search(rf"\b{word}s?\b", label.own, re.IGNORECASE):
            follows = rf"\W{{0,3}}(?:\(?\d+\)?\W{{0,3}})?(?:\w+\W+)?(?:{units})"
            return 1.0 if re.match(follows, after) else None
    if _PERCENT.search(label.own):
        return 1.0 if _PERCENT_AFTER.match(after) or unit.in_table else None
    if _MONEY.search(label.own):
        stands = _CURRENCY_BEFORE.search(before) or _CURRENCY_AFTER.match(after)
        if not stands and _OF_TIME_OR_SHARE.match(after):
            return None
        return 1.0 if stands else -0.5 * (not unit.in_table)
    return 0.0
