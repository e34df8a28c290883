"""A schema on its way to being filled: values with their evidence, in the shape of the record.

What each part of a document gives is such a tree; trees are merged, and the whole is settled into
a record at the end (`docmind.summaries.record`). Whether something is missing is asked only there:
what one part does not say another may.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from docmind.passages.wholes import Part

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Value:
    """A value, the spans of the document that state it, and whether they really do."""

    value: Scalar
    parts: tuple[Part, ...] = ()
    supported: bool = False


Filled: TypeAlias = "Value | list[Filled] | dict[str, Filled] | None"
"""What is known of a part of the schema; None where nothing is."""


def merged(one: Filled, other: Filled) -> Filled:
    """Both: the first value that is supported, the items of both lists, each once."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, dict) and isinstance(other, dict):
        names = dict.fromkeys((*one, *other))
        return {name: merged(one.get(name), other.get(name)) for name in names}
    if isinstance(one, list) and isinstance(other, list):
        return distinct([*one, *other])
    if isinstance(one, Value) and isinstance(other, Value):
        return other if other.supported and not one.supported else one
    return one


def distinct(items: Sequence[Filled]) -> list[Filled]:
    """The items, each once, in their order; one that comes again brings its evidence along."""
    known: dict[str, Filled] = {}
    for item in items:
        key = json.dumps(plain(item), sort_keys=True)
        known[key] = _joined(known[key], item) if key in known else item
    return list(known.values())


def _joined(one: Filled, other: Filled) -> Filled:
    """Two that are equal but for their evidence, with the evidence of both."""
    if isinstance(one, Value) and isinstance(other, Value):
        best = one if one.supported >= other.supported else other
        rest = other if best is one else one
        # Evidence that does not contain the value speaks for nothing beside one that does.
        more = rest.parts if rest.supported == best.supported else ()
        return replace(best, parts=tuple(dict.fromkeys((*best.parts, *more))))
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _joined(one[name], other[name]) for name in one}
    if isinstance(one, list) and isinstance(other, list):
        return [_joined(a, b) for a, b in zip(one, other, strict=True)]
    return one


def plain(filled: Filled) -> object:
    """The values alone."""
    match filled:
        case Value(value):
            return value
        case dict():
            return {name: plain(each) for name, each in filled.items()}
        case list():
            return [plain(each) for each in filled]
        case None:
            return None


def is_empty(filled: Filled) -> bool:
    """Whether there is no value in it at all."""
    match filled:
        case Value():
            return False
        case dict():
            return all(is_empty(each) for each in filled.values())
        case list():
            return all(is_empty(each) for each in filled)
        case None:
            return True
