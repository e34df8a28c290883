"""The schema that a model is held to: the user's, with evidence beside every value.

A value is written as {"value": …, "ids": [passages]} or as null, also where the user's schema does
not allow null: a model that must write something invents it. Everything is bounded (`Caps`),
because a model may never end a string of its own accord, and a record that is cut is worthless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from docmind.context.sheets import Sheet
from docmind.summaries.shape import ListShape, ObjectShape, Shape, ValueShape

_LARGEST = 10**15
_IDS = {"$ref": "#/$defs/ids"}


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a model may write at once, where the schema does not say less."""

    characters: int = 500
    """Of a string."""
    items: int = 100
    """Of an array, in each part of the document."""
    ids: int = 3
    """Passages that state one value."""


def grammar_of(
    shape: ObjectShape | ListShape, sheets: Sequence[Sheet], caps: Caps
) -> dict[str, Any]:
    """The JSON Schema of what a model writes for a shape about these sheets."""
    ids = {
        "type": "array",
        "items": {"type": "string", "pattern": ids_pattern(sheets)},
        "minItems": 1,
        "maxItems": caps.ids,
    }
    return {**_written(shape, caps), "$defs": {"ids": ids}}


def ids_pattern(sheets: Sequence[Sheet]) -> str:
    """The ids of the passages of these sheets, as a regular expression."""
    groups: dict[int, list[str]] = {}
    for sheet in sheets:
        groups.setdefault(len(sheet.passages), []).append(sheet.tag)
    ids = [f"({'|'.join(tags)})[a-{ascii_lowercase[n - 1]}]" for n, tags in sorted(groups.items())]
    return f"^({'|'.join(ids)})$"


def described(shape: Shape) -> dict[str, Any]:
    """The shape as a plain JSON Schema, for the model to read: references and notes are gone."""
    words = {"description": shape.words} if shape.words else {}
    match shape:
        case ObjectShape(fields):
            return {
                "type": "object",
                **words,
                "properties": {each.name: described(each.shape) for each in fields},
            }
        case ListShape(item):
            return {"type": "array", **words, "items": described(item)}
        case ValueShape(forms):
            one = forms[0] if len(forms) == 1 else {"anyOf": list(forms)}
            return {**words, **one}


def _written(shape: Shape, caps: Caps) -> dict[str, Any]:
    """What stands in the record for a shape, where it is not null."""
    match shape:
        case ObjectShape(fields):
            asked = [each for each in fields if _is_asked(each.shape)]
            return {
                "type": "object",
                "properties": {each.name: _or_null(each.shape, caps) for each in asked},
                "required": [each.name for each in asked],
                "additionalProperties": False,
            }
        case ListShape(item, most=most):
            return {
                "type": "array",
                "items": _written(item, caps),
                "maxItems": caps.items if most is None else min(most, caps.items),
            }
        case ValueShape(forms):
            bounded = [_bounded(form, caps) for form in forms]
            return {
                "type": "object",
                "properties": {
                    "value": bounded[0] if len(bounded) == 1 else {"anyOf": bounded},
                    "ids": _IDS,
                },
                "required": ["value", "ids"],
                "additionalProperties": False,
            }


def _is_asked(shape: Shape) -> bool:
    """Whether the model has anything to say of it; a constant is known without."""
    return not (isinstance(shape, ValueShape) and shape.constant is not None)


def _or_null(shape: Shape, caps: Caps) -> dict[str, Any]:
    if isinstance(shape, ValueShape) or shape.nullable:
        return {"anyOf": [_written(shape, caps), {"type": "null"}]}
    return _written(shape, caps)


def _bounded(form: dict[str, Any], caps: Caps) -> dict[str, Any]:
    """A form that cannot go on for ever; a pattern and a format must see to that themselves."""
    kind = form.get("type")
    if kind == "string" and "pattern" not in form and "format" not in form:
        most = min(form.get("maxLength", caps.characters), caps.characters)
        return {**form, "maxLength": max(most, form.get("minLength", 0))}
    if kind in ("number", "integer"):
        made = dict(form)
        lowest = form.get("minimum", form.get("exclusiveMinimum"))
        highest = form.get("maximum", form.get("exclusiveMaximum"))
        if lowest is None:
            made["minimum"] = min(-_LARGEST, -_LARGEST if highest is None else highest - _LARGEST)
        if highest is None:
            made["maximum"] = max(_LARGEST, _LARGEST if lowest is None else lowest + _LARGEST)
        return made
    return form
