"""A schema filled without a model: each property looked for by its name, title and type.

Found or not found, never guessed at: a value needs a passage that speaks of most of what the
property is called. Arrays of objects are read from tables whose columns have their names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from functools import cached_property

from docmind.answers.citations import find_quote
from docmind.facts.mentions import Mention, Unit, one_line, units
from docmind.facts.names import organizations, parties, people
from docmind.facts.values import amounts, dates
from docmind.model import BlockKind, Document, Passage
from docmind.passages.wholes import Part
from docmind.ports import Retriever
from docmind.retrieval.terms import has_cjk
from docmind.summaries.events import PartRead
from docmind.summaries.filled import Filled, Value
from docmind.summaries.labels import Label, Labels, measure_fits
from docmind.summaries.named import asks_for_a_name, defined_in, names
from docmind.summaries.phrases import SENTENCE_COVERS, phrases, sentence
from docmind.summaries.shape import ListShape, ObjectShape, Shape, ValueShape
from docmind.summaries.table_rows import Table, columns_of, objects_of, tables_of
from docmind.summaries.typed import Found, found_in

_SEARCHED = 16
_COVERS = 0.5
_COVERS_HAN = 0.8
"""More is wanted of characters, which any two words may share."""

_TRUTH_COVERS = 0.8
_NOT = re.compile(r"\b(?:not|no|never|neither|nor|without|cannot)\b|n['’]t\b|[不未无]")
_FINDERS = {
    "party": parties, "parties": parties, "person": people, "people": people,
    "organization": organizations, "organisation": organizations, "company": organizations,
    "date": dates, "amount": amounts, "当事人": parties, "日期": dates, "金额": amounts,
}  # fmt: skip
_NAMED = frozenset(("name", "value", "party", "person", "company", "organization", "名称"))
_KINDS = frozenset(("role", "kind", "type", "title", "角色"))


class Fields:
    """Looks for the properties of a schema in one document."""

    def __init__(
        self,
        document: Document,
        passages: Sequence[Passage],
        retriever: Retriever,
        pages: range | None = None,
    ) -> None:
        """`passages` are those to read; `pages` the same of them, None for all."""
        self._document = document
        self._passages = passages
        self._retriever = retriever
        self._pages = pages
        self._labels = Labels(retriever)
        self._done = 0

    def filled(self, root: ObjectShape | ListShape) -> Generator[PartRead, None, Filled]:
        """Everything that is found; tells how many properties have been looked for."""
        total = _count(root)
        label = self._labels.label("", root, None)
        if isinstance(root, ListShape):
            yield PartRead(0, total, 0)
            found: Filled = self._list(root, self._labels.label(root.words, root, None))
        else:
            found = yield from self._object(root, label, total)
        yield PartRead(total, total, 0)
        return found

    def _object(
        self, shape: ObjectShape, above: Label, total: int
    ) -> Generator[PartRead, None, Filled]:
        made: dict[str, Filled] = {}
        for field in shape.fields:
            label = self._labels.label(field.name, field.shape, above)
            match field.shape:
                case ObjectShape():
                    made[field.name] = yield from self._object(field.shape, label, total)
                case ListShape():
                    made[field.name] = self._list(field.shape, label)
                case ValueShape():
                    made[field.name] = self._value(field.shape, label)
            self._done += not isinstance(field.shape, ObjectShape)
            yield PartRead(self._done, total, 0)
        return made

    def _value(self, shape: ValueShape, label: Label) -> Value | None:
        """The value whose place speaks most of the label."""
        if shape.constant is not None:
            return None
        named = self._named(shape, label)
        if named is not None:
            return named
        best: tuple[float, Value] | None = None
        for unit, coverage in self._units(label):
            for worth, found in self._candidates(shape, label, unit, coverage):
                if shape.accepts(found.value) and (best is None or worth > best[0]):
                    part = Part(unit.passage.page, unit.start, unit.end)
                    best = worth, Value(found.value, (part,), supported=True)
        return best[1] if best else None

    def _units(self, label: Label) -> Iterator[tuple[Unit, float]]:
        """The sentences, rows and lines that speak of a label, and how much of it."""
        hits = self._retriever.search(
            label.text.replace("\n", " "), limit=_SEARCHED, pages=self._pages
        )
        for unit in units(self._document, [hit.passage for hit in hits]):
            coverage = self._labels.coverage(label, unit)
            if coverage >= (_COVERS_HAN if has_cjk(label.own) else _COVERS):
                yield unit, coverage

    def _candidates(
        self, shape: ValueShape, label: Label, unit: Unit, coverage: float
    ) -> Iterator[tuple[float, Found]]:
        """What a unit may give for a label, with what speaks for it."""
        labels = self._labels
        if _is_free(shape):
            yield from self._words(label, unit, coverage)
        elif "boolean" in shape.types:
            if coverage >= _TRUTH_COVERS and not _NOT.search(label.own):
                yield coverage, Found(_NOT.search(unit.text) is None, 0, len(unit.text))
        else:
            for found in found_in(unit, shape, labels.terms):
                fits = measure_fits(label, unit, found)
                if fits is not None:
                    near = labels.nearness(label, unit, found)
                    yield coverage + 0.5 * near + 0.4 * fits, found

    def _words(self, label: Label, unit: Unit, coverage: float) -> Iterator[tuple[float, Found]]:
        """Words after a label, else a name where one is asked for, else the whole sentence."""
        labels = self._labels
        for at, found in enumerate(phrases(label, unit, labels)):
            yield coverage + 2 - at / 10, found
        if coverage >= SENTENCE_COVERS and asks_for_a_name(label):
            for near, found in names(label, unit, labels, self._defined):
                yield coverage + 1 + near / 2, found
        if whole := sentence(label, unit, coverage):
            yield coverage, whole

    @cached_property
    def _defined(self) -> frozenset[str]:
        """What the document defines."""
        return defined_in("\n".join(page.text for page in self._document.pages))

    def _named(self, shape: ValueShape, label: Label) -> Value | None:
        """What the document as a whole tells: its title, its currency, who its parties are."""
        own = label.own.casefold()
        if own in ("title", "document title", "标题"):
            return self._title(shape)
        if "currency" in own.split() or own == "币种":
            return self._currency(shape)
        if not _is_free(shape):
            return None
        terms = self._labels.terms
        for mention in self._mentions:
            kind = set(terms.of(mention.kind))
            rest = label.inner - kind - set(terms.of(" ".join(_NAMED)))
            called = kind and not rest and kind <= label.name | label.around
            if called and shape.accepts(mention.value):
                return Value(mention.value, (mention.part,), supported=True)
        return None

    @cached_property
    def _mentions(self) -> list[Mention]:
        """Parties and people that the document calls something."""
        read = list(units(self._document, self._passages))
        return [each for find in (parties, people) for unit in read for each in find(unit)]

    def _title(self, shape: ValueShape) -> Value | None:
        title = self._document.title
        for page in self._document.pages[:3]:
            read = self._pages is None or page.number in self._pages
            match = find_quote(title, page.text) if read and shape.accepts(title) else None
            if match is not None:
                part = Part(page.number, match.start, match.end)
                return Value(title, (part,), supported=True)
        return None

    def _currency(self, shape: ValueShape) -> Value | None:
        """The currency in which most sums are."""
        sums = [each for unit in units(self._document, self._passages) for each in amounts(unit)]
        codes = Counter(each.key[0] for each in sums if isinstance(each.key, tuple))
        for code, _ in codes.most_common(1):
            if isinstance(code, str) and shape.accepts(code):
                part = next(each.part for each in sums if each.key[0] == code)  # type: ignore[index]
                return Value(code, (part,), supported=True)
        return None

    def _list(self, shape: ListShape, label: Label) -> list[Filled]:
        match shape.item:
            case ObjectShape() as item:
                return self._rows(item) or self._facts(item, label)
            case ValueShape() as item:
                return self._listed(item, label)
            case ListShape():
                return []

    @cached_property
    def _tables(self) -> list[Table]:
        return list(tables_of(self._document, self._pages))

    def _rows(self, item: ObjectShape) -> list[Filled]:
        """The rows of the table whose columns are these, over all pages that it goes on."""
        terms = self._labels.terms
        found = [(columns_of(table, item, terms), table) for table in self._tables]
        columns, best = max(found, key=lambda each: len(each[0]), default=({}, None))
        if best is None or not columns:
            return []
        return [
            made
            for table in self._tables
            if table.head == best.head
            for made in objects_of(table, item, columns, terms)
        ]

    def _facts(self, item: ObjectShape, label: Label) -> list[Filled]:
        """Parties and the like, as objects with a name and a role."""
        made: list[Filled] = []
        for mention in self._found_by(label):
            part = (mention.part,)
            values = {
                **dict.fromkeys(_NAMED, mention.value),
                **dict.fromkeys(_KINDS, mention.kind),
            }
            known = {
                field.name: Value(values[field.name.lower()], part, supported=True)
                for field in item.fields
                if values.get(field.name.lower()) and isinstance(field.shape, ValueShape)
            }
            if known:
                made.append(dict(known))
        return made

    def _listed(self, item: ValueShape, label: Label) -> list[Filled]:
        """Values of one sort: by what they are, or the items of a list under its heading."""
        made: list[Filled] = []
        for mention in self._found_by(label):
            values = found_in(mention.unit, item, self._labels.terms) if not _is_free(item) else ()
            inside = [each for each in values if mention.start <= each.start < mention.end]
            value = inside[0].value if inside else mention.value
            if item.accepts(value):
                made.append(Value(value, (mention.part,), supported=True))
        return made or [
            Value(text, (Part(unit.passage.page, unit.start, unit.end),), supported=True)
            for unit in units(self._document, self._passages)
            if unit.passage.kind is BlockKind.ITEM and unit.passage.sections
            if self._labels.is_called(label, unit.passage.sections[-1])
            if item.accepts(text := one_line(unit.text).lstrip("•-*– "))
        ]

    def _found_by(self, label: Label) -> Iterator[Mention]:
        """All mentions of a sort that is named as the label is."""
        words = [*label.own.casefold().split(), label.own.casefold().rstrip("s")]
        for word in words:
            if (find := _FINDERS.get(word) or _FINDERS.get(word.rstrip("s"))) is not None:
                for unit in units(self._document, self._passages):
                    yield from find(unit)
                return


def _is_free(shape: ValueShape) -> bool:
    """Whether a value is told by no looks: a string with nothing said of its form."""
    return any(
        form.get("type") == "string" and not form.keys() & {"format", "pattern"}
        for form in shape.forms
    )


def _count(shape: Shape) -> int:
    """How many properties are looked for."""
    if isinstance(shape, ObjectShape):
        return sum(_count(each.shape) for each in shape.fields)
    return 1
