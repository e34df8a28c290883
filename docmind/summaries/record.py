"""What was found of a schema becomes data that is valid against it, or an error that says where.

A value that is missing makes its object incomplete. What holds that object decides: a list leaves
it out and says so, a nullable or optional property becomes null or is left out, and where nothing
gives way the extraction fails. Nothing is ever invented to make data valid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from docmind.errors import ValueNotFound
from docmind.passages.wholes import Part
from docmind.summaries.filled import Filled, Scalar, Value, distinct, is_empty
from docmind.summaries.shape import (
    Field,
    ListShape,
    ObjectShape,
    Schema,
    Shape,
    ValueShape,
    pointer,
)

Path = tuple[str | int, ...]

_NAMED = 8
"""How many empty properties a note names."""


@dataclass(frozen=True, slots=True)
class Record:
    """Valid data; the spans that state each value, by JSON pointer, and those that do not."""

    data: object
    evidence: dict[str, tuple[Part, ...]]
    unsupported: tuple[str, ...]
    notes: tuple[str, ...]


def record_of(schema: Schema, filled: Filled, document: str) -> Record:
    """The record; raises ValueNotFound where the document does not give what is required."""
    settling = _Settling()
    try:
        settled = settling.settled(schema.root, filled, ())
    except _Missing as missing:
        raise ValueNotFound(
            f"{document} does not say what the schema requires at {missing.where}.",
            'Allow null there ("type": ["string", "null"]), or leave it out of required.',
        ) from missing
    evidence: dict[str, tuple[Part, ...]] = {}
    unsupported: list[str] = []
    for path, value in _values(settled, ()):
        evidence[pointer(*path)] = value.parts
        if not value.supported:
            unsupported.append(pointer(*path))
    data = _data(settled)
    for where, fault in schema.faults(data):
        raise ValueNotFound(
            f"What {document} says is not valid at {where or 'the root of the schema'}: {fault}.",
            "Loosen the schema there, or make the property nullable.",
        )
    notes = (*settling.notes, *_silent(schema.root, data))
    return Record(data, evidence, tuple(unsupported), notes)


def lacking(shape: ObjectShape, filled: Filled) -> ObjectShape | None:
    """What of an object is required and was not found; None where it is complete.

    Items of lists are not looked into: one that is incomplete is left out, and said to be.
    """
    known = filled if isinstance(filled, dict) else {}
    fields = [
        replace(field, shape=lacks)
        for field in shape.fields
        if not field.may_be_missing
        and (lacks := _lacks(field.shape, known.get(field.name))) is not None
    ]
    return replace(shape, fields=tuple(fields)) if fields else None


def _lacks(shape: Shape, filled: Filled) -> Shape | None:
    match shape:
        case ObjectShape():
            return lacking(shape, filled)
        case ListShape():
            held = len(distinct(filled)) if isinstance(filled, list) else 0
            return shape if held < shape.fewest else None
        case ValueShape():
            there = isinstance(filled, Value) and shape.accepts(filled.value)
            return None if there or shape.constant is not None else shape


def _silent(root: Shape, data: object) -> Iterator[str]:
    """Which properties of the record are empty: nobody should have to look for what is missing."""
    if isinstance(root, ObjectShape) and isinstance(data, dict):
        empty = [each.name for each in root.fields if data.get(each.name) in (None, [], {})]
        if empty:
            named = ", ".join(pointer(name) for name in empty[:_NAMED])
            more = f" and {len(empty) - _NAMED} more" if len(empty) > _NAMED else ""
            yield f"Nothing was found for {named}{more}."


class _Missing(Exception):
    """Something that is required was not found."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    @property
    def where(self) -> str:
        """The place as a JSON pointer."""
        return pointer(*self.path) or "its root"


@dataclass(frozen=True, slots=True)
class _Constant:
    """What the schema itself says, so that no evidence is asked for."""

    value: Scalar


Settled = Value | _Constant | list["Settled"] | dict[str, "Settled"] | None


class _Settling:
    """Decides what becomes of what is missing; keeps notes of what was left out."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def settled(self, shape: Shape, filled: Filled, path: Path) -> Settled:
        """The part of the record at this path; raises _Missing."""
        if filled is None and shape.nullable:
            return None
        match shape:
            case ValueShape():
                return self._value(shape, filled, path)
            case ListShape():
                return self._list(shape, filled, path)
            case ObjectShape():
                return self._object(shape, filled, path)

    def _value(self, shape: ValueShape, filled: Filled, path: Path) -> Settled:
        constant = shape.constant
        if isinstance(constant, str | int | float):
            return _Constant(constant)
        if isinstance(filled, Value) and shape.accepts(filled.value):
            return filled
        if shape.nullable:
            return None
        raise _Missing(path)

    def _list(self, shape: ListShape, filled: Filled, path: Path) -> Settled:
        items: list[Settled] = []
        lost: _Missing | None = None
        found = distinct(filled) if isinstance(filled, list) else []
        for at, item in enumerate(found):
            try:
                items.append(self.settled(shape.item, item, (*path, at)))
            except _Missing as missing:
                lost = lost or missing
        left = len(found) - len(items)
        # What settles to the same is the same, though a value that was dropped told them apart.
        items = list({json.dumps(_data(item), sort_keys=True): item for item in items}.values())
        if lost is not None:
            self.notes.append(
                f"{_items(left)} of {pointer(*path)} had to be left out: the document does not "
                f"say what is required at {lost.where}."
            )
        if shape.most is not None and len(items) > shape.most:
            self.notes.append(
                f"{pointer(*path)}: the schema allows {_items(shape.most)}, the document has "
                f"{len(items)}; the first ones were kept."
            )
            items = items[: shape.most]
        if len(items) >= shape.fewest:
            return items
        if shape.nullable:
            return None
        raise _Missing((*path, len(items)))

    def _object(self, shape: ObjectShape, filled: Filled, path: Path) -> Settled:
        known = filled if isinstance(filled, dict) else {}
        if shape.nullable and is_empty(known):
            return None
        made: dict[str, Settled] = {}
        try:
            for field in shape.fields:
                self._add(made, field, known.get(field.name), (*path, field.name))
        except _Missing as missing:
            if not shape.nullable:
                raise
            self._left_out(path, missing)
            return None
        return made

    def _add(self, made: dict[str, Settled], field: Field, filled: Filled, path: Path) -> None:
        """Put a property into an object; one that need not be there is left out if incomplete."""
        if not field.required and not field.shape.nullable and is_empty(filled):
            return
        try:
            made[field.name] = self.settled(field.shape, filled, path)
        except _Missing as missing:
            if field.required:
                raise
            self._left_out(path, missing)

    def _left_out(self, path: Path, missing: _Missing) -> None:
        if path != missing.path:
            self.notes.append(
                f"{pointer(*path)} had to be left out: the document does not say what is "
                f"required at {missing.where}."
            )


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"


def _data(settled: Settled) -> object:
    match settled:
        case Value(value=value) | _Constant(value=value):
            return value
        case dict():
            return {name: _data(each) for name, each in settled.items()}
        case list():
            return [_data(each) for each in settled]
        case None:
            return None


def _values(settled: Settled, path: Path) -> Iterator[tuple[Path, Value]]:
    """Every value that needs evidence, with its path."""
    match settled:
        case Value():
            yield path, settled
        case dict():
            for name, each in settled.items():
                yield from _values(each, (*path, name))
        case list():
            for at, each in enumerate(settled):
                yield from _values(each, (*path, at))
        case _:
            pass
