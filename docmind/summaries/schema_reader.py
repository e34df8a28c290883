"""A JSON Schema, read into shapes; what docmind cannot fill is refused where it stands.

Every keyword that is not known is refused too, with the nearest one that is: JSON Schema ignores
what it does not know, so that a typing mistake in "required" would go unnoticed.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator

from docmind.errors import SchemaError
from docmind.summaries.patterns import pattern_fault
from docmind.summaries.shape import (
    LARGEST_INTEGER,
    Field,
    ListShape,
    ObjectShape,
    Shape,
    ValueShape,
    pointer,
)

MOST_VALUES = 300
"""A schema with more fields than this is several schemas."""

MOST_LEVELS = 12

FORMATS = frozenset(
    "date time date-time duration email hostname ipv4 ipv6 uri uri-reference uuid".split()
)
_NOTES = frozenset(
    "$schema $id $comment title description default examples deprecated readOnly writeOnly"
    " $defs definitions".split()
)
"""What says nothing about which data is valid."""

_BY_TYPE = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems", "maxItems", "uniqueItems"}),
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "boolean": frozenset[str](),
    "null": frozenset[str](),
}
_KNOWN = frozenset({"type", "enum", "const", "anyOf", "allOf", "$ref"}).union(
    _NOTES, *_BY_TYPE.values()
)
_INSTEAD = {
    "oneOf": "Write anyOf.",
    "not": "Say what is wanted, in enum or in the description.",
    "if": "Make the fields nullable, and say in their descriptions when they apply.",
    "patternProperties": 'Write an array of objects with "name" and "value".',
    "additionalProperties": 'Write false, or an array of objects with "name" and "value".',
    "propertyNames": "Name the properties.",
    "prefixItems": "Write an object with a property for each position.",
    "multipleOf": "Leave it out, or list the values in enum.",
    "contains": "Leave it out, and say in the description what is wanted.",
    "$dynamicRef": "Write a local reference: #/$defs/NAME.",
    "minProperties": "List the properties in required.",
}
_SCALARS = ("string", "number", "integer", "boolean")


class SchemaReader:
    """Turns one schema into shapes."""

    def __init__(self, source: dict[str, Any], name: str) -> None:
        self._source = source
        self._name = name
        self._values = 0

    def shape(self, node: object, path: str, followed: tuple[str, ...]) -> Shape:
        """What a part of the schema means; `followed` are the references that led there."""
        if not isinstance(node, dict):
            raise self._refused(path, "true and false say nothing of the value", "Give a type.")
        if path.count("/") > 2 * MOST_LEVELS:
            raise self._refused(path, "it is nested too deeply", "Flatten the schema.")
        self._require_known(node, path)
        if "$ref" in node or "allOf" in node:
            return self._referred(node, path, followed)
        if "anyOf" in node:
            return self._any_of(node, path, followed)
        if "const" in node or "enum" in node:
            return self._enumerated(node, path)
        return self._typed(node, path, followed)

    def _refused(self, path: str, fault: str, hint: str) -> SchemaError:
        return SchemaError(f"{self._name} cannot be used: at {path or 'its root'}, {fault}.", hint)

    def _require_known(self, node: dict[str, Any], path: str) -> None:
        for key in node:
            if key in _KNOWN or key.startswith("x-"):
                continue
            if key in _INSTEAD or not (close := get_close_matches(key, _KNOWN, n=1)):
                hint = _INSTEAD.get(key, "Leave it out.")
            else:
                hint = f"Did you mean {close[0]}? Else leave it out."
            raise self._refused(path, f'"{key}" is not supported', hint)

    def _referred(self, node: dict[str, Any], path: str, followed: tuple[str, ...]) -> Shape:
        """What a local reference, or the one branch of an allOf, stands for."""
        key = "$ref" if "$ref" in node else "allOf"
        if beside := sorted(node.keys() - _NOTES - {key}):
            raise self._refused(path, f'"{beside[0]}" stands beside {key}', f"Move it into {key}.")
        if key == "allOf":
            if len(node["allOf"]) != 1:
                fault = "allOf has several branches, which no grammar can join"
                raise self._refused(path, fault, "Write their keywords into one schema.")
            found = self.shape(node["allOf"][0], f"{path}/allOf/0", followed)
        else:
            target = str(node["$ref"])
            if target in followed or target == "#":
                fault = f"{target} refers to itself"
                raise self._refused(path, fault, "Write out as many levels as are wanted.")
            found = self.shape(self._target(target, path), path, (*followed, target))
        return replace(found, words=_words(node) or found.words)

    def _target(self, target: str, path: str) -> object:
        at: Any = self._source
        hint = "Write a local reference: #/$defs/NAME."
        if not target.startswith("#/"):
            raise self._refused(path, f"{target} is not in this file", hint)
        for step in target[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(at, dict) or key not in at:
                raise self._refused(path, f"there is no {target}", hint)
            at = at[key]
        return at

    def _any_of(self, node: dict[str, Any], path: str, followed: tuple[str, ...]) -> Shape:
        """Several sorts of values, or one thing or null."""
        if beside := sorted(node.keys() - _NOTES - {"anyOf"}):
            fault = f'"{beside[0]}" stands beside anyOf'
            raise self._refused(path, fault, "Move it into the branches.")
        branches = [
            self.shape(each, f"{path}/anyOf/{at}", followed)
            for at, each in enumerate(node["anyOf"])
            if each != {"type": "null"}
        ]
        nullable = len(branches) < len(node["anyOf"]) or any(each.nullable for each in branches)
        words = _words(node)
        if len(branches) == 1:
            only = branches[0]
            return replace(only, nullable=nullable, words=words or only.words)
        values = [each for each in branches if isinstance(each, ValueShape)]
        if not values or len(values) < len(branches):
            fault = "anyOf may choose between values, or between one thing and null"
            raise self._refused(path, fault, "Make one nullable field of each branch.")
        forms = tuple(form for each in values for form in each.forms)
        words = words or " ".join(filter(None, (each.words for each in values)))
        return ValueShape(forms, nullable, words)

    def _enumerated(self, node: dict[str, Any], path: str) -> Shape:
        """Values that are listed; those that the rest of the keywords exclude are left out."""
        listed = [node["const"]] if "const" in node else list(node["enum"])
        if any(isinstance(value, dict | list) for value in listed):
            fault = "an enumeration of objects or arrays is not supported"
            raise self._refused(path, fault, "List strings, numbers or booleans.")
        validator = Draft202012Validator(node)
        values = [value for value in listed if validator.is_valid(value)]
        if not values or values == [None]:
            raise self._refused(path, "no value but null is possible", "List a value that is.")
        if any(isinstance(value, int) and abs(value) >= LARGEST_INTEGER for value in values):
            raise self._refused(path, "an integer has more than 64 bits", "Write it as a string.")
        self._count(path)
        others = [value for value in values if value is not None]
        form = {"const": others[0]} if "const" in node else {"enum": others}
        return ValueShape((form,), None in values, _words(node))

    def _typed(self, node: dict[str, Any], path: str, followed: tuple[str, ...]) -> Shape:
        """What is described by its type."""
        named = node.get("type", _implied(node))
        types = [named] if isinstance(named, str) else list(named)
        nullable = "null" in types
        types = [each for each in types if each != "null"]
        if not types:
            fault = "its type is missing" if not nullable else "it can be nothing but null"
            raise self._refused(path, fault, f"Write one of: {', '.join(_BY_TYPE)}.")
        if len(types) > 1 and not set(types) <= set(_SCALARS):
            fault = "its type may be an object, an array or something else"
            raise self._refused(path, fault, "Make one nullable field of each.")
        if types == ["object"]:
            return replace(self._object(node, path, followed), nullable=nullable)
        if types == ["array"]:
            return replace(self._list(node, path, followed), nullable=nullable)
        self._count(path)
        forms = tuple(self._form(node, each, path) for each in types)
        return ValueShape(forms, nullable, _words(node))

    def _count(self, path: str) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            fault = f"the schema has more than {MOST_VALUES} fields"
            raise self._refused(path, fault, "Extract with several smaller schemas.")

    def _object(self, node: dict[str, Any], path: str, followed: tuple[str, ...]) -> ObjectShape:
        properties = node.get("properties", {})
        if not properties:
            raise self._refused(path, "the object has no properties", "Name them in properties.")
        if isinstance(node.get("additionalProperties"), dict):
            fault = "additionalProperties describes properties without a name"
            raise self._refused(path, fault, _INSTEAD["additionalProperties"])
        required = frozenset(node.get("required", ()))
        if unknown := sorted(required - properties.keys()):
            fault = f'"{unknown[0]}" is required, but is no property'
            raise self._refused(path, fault, f"Add {unknown[0]} to properties.")
        fields = tuple(
            Field(
                name,
                self.shape(each, path + "/properties" + pointer(name), followed),
                name in required,
            )
            for name, each in properties.items()
        )
        return ObjectShape(fields, words=_words(node))

    def _list(self, node: dict[str, Any], path: str, followed: tuple[str, ...]) -> ListShape:
        if "items" not in node:
            raise self._refused(path, "the array has no items", "Describe them in items.")
        fewest, most = int(node.get("minItems", 0)), node.get("maxItems")
        if most is not None and most < fewest:
            raise self._refused(path, "maxItems is less than minItems", "Change one of them.")
        item = self.shape(node["items"], f"{path}/items", followed)
        return ListShape(item, fewest, most if most is None else int(most), words=_words(node))

    def _form(self, node: dict[str, Any], kind: str, path: str) -> dict[str, Any]:
        """A plain schema of one type, with those keywords that are about it."""
        form = {"type": kind, **{key: node[key] for key in sorted(_BY_TYPE[kind]) if key in node}}
        if kind == "string":
            self._require_string(form, path)
        lowest = form.get("exclusiveMinimum", form.get("minimum", form.get("minLength")))
        highest = form.get("exclusiveMaximum", form.get("maximum", form.get("maxLength")))
        if lowest is not None and highest is not None and lowest > highest:
            raise self._refused(path, "its bounds leave no value", "Change one of them.")
        return form

    def _require_string(self, form: dict[str, Any], path: str) -> None:
        shaped = [key for key in ("pattern", "format") if key in form]
        if "format" in form and form["format"] not in FORMATS:
            fault = f'the format "{form["format"]}" is not supported'
            raise self._refused(path, fault, f"Use a pattern, or one of: {_listed(FORMATS)}.")
        if "pattern" in form and (found := pattern_fault(form["pattern"])):
            raise self._refused(path, f"the pattern {found[0]}", found[1])
        if shaped and ("minLength" in form or "maxLength" in form or len(shaped) > 1):
            fault = f"{shaped[0]} and another rule for the same string cannot be joined"
            raise self._refused(path, fault, "Put all of it into one pattern: ^[A-Z]{3,10}$.")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _implied(node: dict[str, Any]) -> list[str]:
    """The type of what only an object or an array has."""
    if "properties" in node:
        return ["object"]
    return ["array"] if "items" in node else []


def _words(node: dict[str, Any]) -> str:
    """What a part of the schema is called and described as."""
    return " ".join(str(node[key]) for key in ("title", "description") if key in node)
