"""Random JSON Schemas over all that docmind supports, the same ones for the same seed.

Everything in them is small, because what fills them in tests is a model with random weights, which
writes as much as it may.
"""

from __future__ import annotations

import json
import random
from typing import Any

from docmind.summaries.shape import ListShape, ObjectShape, Schema, Shape, ValueShape

_NAMES = (
    "name date amount total party price term notice unit city role kind code ref year status"
    ' 名称 金额 日期 a/b x~y quote"d two words'
).split(" ")
_PATTERNS = (r"^[A-Z]{2}-\d{1,4}$", r"^(yes|no)$", r"^\d{3}$", r"^[a-z]{1,6}(-[a-z]{1,3})?$")
_FORMATS = ("date", "time", "ipv4", "uuid", "date")
_MOST_DEPTH = 3


class RandomSchemas:
    """Makes one schema after the other."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def schema(self) -> dict[str, Any]:
        """An object, or an array of one sort, with definitions that it may refer to."""
        chance = self._chance
        definitions = {f"d{at}": self._any(_MOST_DEPTH - 1) for at in range(chance.randint(0, 2))}
        root = self._object(0) if chance.random() < 0.85 else self._array(0)
        made = self._with_references(root, definitions)
        return {"title": "Record", **made, **({"$defs": definitions} if definitions else {})}

    def text(self) -> str:
        """The same as JSON."""
        return json.dumps(self.schema(), ensure_ascii=False)

    def _any(self, depth: int) -> dict[str, Any]:
        draw = self._chance.random()
        if depth < _MOST_DEPTH and draw < 0.15:
            return self._object(depth)
        if depth < _MOST_DEPTH and draw < 0.3:
            return self._array(depth)
        return self._value()

    def _object(self, depth: int) -> dict[str, Any]:
        chance = self._chance
        names = chance.sample(_NAMES, chance.randint(1, 4 if depth == 0 else 2))
        properties = {name: self._noted(self._any(depth + 1)) for name in names}
        made: dict[str, Any] = {"type": "object", "properties": properties}
        if chance.random() < 0.5:
            made["required"] = [name for name in names if chance.random() < 0.4]
        if chance.random() < 0.5:
            made["additionalProperties"] = False
        return made

    def _array(self, depth: int) -> dict[str, Any]:
        chance = self._chance
        made: dict[str, Any] = {"type": "array", "items": self._any(depth + 1)}
        if chance.random() < 0.3:
            made["minItems"] = chance.randint(0, 1)
        if chance.random() < 0.4:
            made["maxItems"] = chance.randint(1, 3)
        if chance.random() < 0.2:
            made["uniqueItems"] = True
        return made

    def _value(self) -> dict[str, Any]:
        chance = self._chance
        makers = (self._string, self._string, self._number, self._enumeration, self._mixed)
        made = chance.choice(makers)()
        if chance.random() < 0.1:
            made = {"type": "boolean"}
        if chance.random() < 0.5:
            return self._nullable(made)
        return made

    def _string(self) -> dict[str, Any]:
        chance = self._chance
        draw = chance.random()
        if draw < 0.25:
            return {"type": "string", "pattern": chance.choice(_PATTERNS)}
        if draw < 0.5:
            return {"type": "string", "format": chance.choice(_FORMATS)}
        if draw < 0.75:
            return {"type": "string", "minLength": chance.randint(0, 3), "maxLength": 12}
        return {"type": "string"}

    def _number(self) -> dict[str, Any]:
        chance = self._chance
        made: dict[str, Any] = {"type": chance.choice(("number", "integer"))}
        low = chance.choice((-1000, 0, 1, 50))
        if chance.random() < 0.5:
            made[chance.choice(("minimum", "exclusiveMinimum"))] = low
        if chance.random() < 0.5:
            made[chance.choice(("maximum", "exclusiveMaximum"))] = low + chance.choice((10, 5000))
        return made

    def _enumeration(self) -> dict[str, Any]:
        chance = self._chance
        values: list[object] = ["EUR", "USD", "终止", 'a "b"', 3, 4.5, True, ""]
        if chance.random() < 0.2:
            return {"const": chance.choice(values[:5])}
        return {"enum": chance.sample(values, chance.randint(1, 4))}

    def _mixed(self) -> dict[str, Any]:
        if self._chance.random() < 0.5:
            return {"type": ["integer", "string"], "maxLength": 8}
        return {"anyOf": [self._number(), self._string()]}

    def _nullable(self, made: dict[str, Any]) -> dict[str, Any]:
        if "enum" in made:
            return {"enum": [*made["enum"], None]}
        if isinstance(made.get("type"), str) and self._chance.random() < 0.5:
            return {**made, "type": [made["type"], "null"]}
        return {"anyOf": [made, {"type": "null"}]}

    def _noted(self, made: dict[str, Any]) -> dict[str, Any]:
        if self._chance.random() < 0.3:
            return {**made, "description": "as the document says it"}
        return made

    def _with_references(
        self, root: dict[str, Any], definitions: dict[str, Any]
    ) -> dict[str, Any]:
        """The root, some of whose properties are references."""
        properties = root.get("properties", {})
        for name in definitions:
            if properties and self._chance.random() < 0.7:
                properties[self._chance.choice(list(properties))] = {"$ref": f"#/$defs/{name}"}
        return root


def written_for(schema: Schema, ids: tuple[str, ...], chance: random.Random) -> object:
    """What a model might write for a schema: of its shape, its values mostly from a small set."""
    return _written(schema.root, ids, chance)


def _written(shape: Shape, ids: tuple[str, ...], chance: random.Random) -> object:
    match shape:
        case ObjectShape(fields):
            if shape.nullable and chance.random() < 0.2:
                return None
            return {each.name: _written(each.shape, ids, chance) for each in fields}
        case ListShape(item):
            return [_written(item, ids, chance) for _ in range(chance.randint(0, 4))]
        case ValueShape():
            if chance.random() < 0.2:
                return None
            values = ("EUR", "2026-01-01", "AB-12", 4500, 30, 55, 7.5, True, "yes", "abc", "")
            return {"value": chance.choice(values), "ids": [chance.choice(ids)]}
