"""The user's JSON Schema as docmind fills it: objects, lists and values, references followed.

The schema is checked once (`docmind.summaries.schema_check`) and read from here ever after: no
other module looks into the JSON of a schema, so that all of them agree on what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from jsonschema import Draft202012Validator

LARGEST_INTEGER = 2**63
"""No record can hold an integer of this size."""

_FORMATS = Draft202012Validator.FORMAT_CHECKER


@dataclass(frozen=True, slots=True)
class ValueShape:
    """A string, number or boolean. `forms` are plain schemas, of which a value has to meet one."""

    forms: tuple[dict[str, Any], ...]
    nullable: bool = False
    words: str = ""
    """What its title and its description say."""

    def accepts(self, value: object) -> bool:
        """Whether it is such a value; null is told by `nullable` alone."""
        return value is not None and any(
            Draft202012Validator(form, format_checker=_FORMATS).is_valid(value)
            for form in self.forms
        )

    @property
    def constant(self) -> object:
        """The one value that there can be, which no document has to state; None: there is none."""
        return self.forms[0].get("const") if len(self.forms) == 1 else None

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values of an enumeration."""
        return tuple(value for form in self.forms for value in form.get("enum", ()))

    @property
    def types(self) -> frozenset[str]:
        """The names of the types that are not enumerated."""
        return frozenset(str(form["type"]) for form in self.forms if "type" in form)


@dataclass(frozen=True, slots=True)
class ListShape:
    """An array of one sort of items."""

    item: Shape
    fewest: int = 0
    most: int | None = None
    nullable: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A property of an object."""

    name: str
    shape: Shape
    required: bool

    @property
    def may_be_missing(self) -> bool:
        """Whether the document need not say anything of it."""
        return self.shape.nullable or not self.required


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An object with the properties that the schema names, and no others."""

    fields: tuple[Field, ...]
    nullable: bool = False
    words: str = ""


Shape = ValueShape | ListShape | ObjectShape


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema that docmind can fill; `source` is what the user wrote, and `text` its JSON."""

    root: ObjectShape | ListShape
    source: dict[str, Any] = field(compare=False)
    text: str

    def faults(self, data: object) -> Iterator[tuple[str, str]]:
        """What is wrong with data, each with the JSON pointer of where."""
        validator = Draft202012Validator(self.source, format_checker=_FORMATS)
        for error in validator.iter_errors(data):
            yield pointer(*error.absolute_path), str(error.message)


def pointer(*path: str | int) -> str:
    """The JSON pointer (RFC 6901) of a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def has_lists(shape: Shape) -> bool:
    """Whether how much there is to write depends on the document."""
    match shape:
        case ObjectShape(fields):
            return any(has_lists(each.shape) for each in fields)
        case ListShape():
            return True
        case ValueShape():
            return False


def halves_of(shape: ObjectShape | ListShape) -> tuple[ObjectShape | ListShape, ...]:
    """The fields in two halves; the shape itself where it has one, or is a list."""
    if isinstance(shape, ListShape) or not shape.fields:
        return (shape,)
    if len(shape.fields) == 1:
        (only,) = shape.fields
        if not isinstance(only.shape, ObjectShape):
            return (shape,)
        parts = halves_of(only.shape)
        return tuple(replace(shape, fields=(replace(only, shape=part),)) for part in parts)
    middle = len(shape.fields) // 2
    return (
        replace(shape, fields=shape.fields[:middle]),
        replace(shape, fields=shape.fields[middle:]),
    )
