"""The user's JSON Schema, checked before any work: what it means, or what docmind cannot do.

Only what a grammar can hold a model to is taken (objects, arrays, values, enum, const, anyOf of
values, null, formats, bounds, patterns, local references). All else is refused with its path and
what to write instead: a keyword that is skipped in silence gives records that look valid.
"""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator, exceptions
from jsonschema.validators import validator_for

from docmind.errors import SchemaError
from docmind.summaries.schema_reader import SchemaReader
from docmind.summaries.shape import Schema, ValueShape

MOST_CHARACTERS = 100_000
_EXAMPLE = 'Try: {"type": "object", "properties": {"title": {"type": "string"}}}'


def checked_schema(text: str, name: str = "The schema") -> Schema:
    """The schema that this JSON is; `name` is what messages call it. Raises SchemaError."""
    if len(text) > MOST_CHARACTERS:
        raise SchemaError(
            f"{name} has {len(text):,} characters; the most is {MOST_CHARACTERS:,}.",
            "Extract with several smaller schemas.",
        )
    try:
        source = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{name} is not JSON: {error}.", "Try: jq . FILE") from error
    if not isinstance(source, dict):
        raise SchemaError(f"{name} is no JSON Schema: an object is needed.", _EXAMPLE)
    _require_valid(source, name)
    root = SchemaReader(source, name).shape(source, "", ())
    if isinstance(root, ValueShape) or root.nullable:
        raise SchemaError(
            f"{name} describes no object and no array.", f"Write an object around it. {_EXAMPLE}"
        )
    return Schema(root, source, json.dumps(source, ensure_ascii=False, separators=(",", ":")))


def _require_valid(source: dict[str, Any], name: str) -> None:
    """Raise SchemaError for what is no schema by the draft that it names."""
    try:
        validator_for(source, default=Draft202012Validator).check_schema(source)
    except exceptions.SchemaError as error:
        path = "".join(f"/{step}" for step in error.absolute_path) or "its root"
        raise SchemaError(
            f"{name} is no valid JSON Schema: at {path}, {error.message[:200]}.",
            f"Mend it there. {_EXAMPLE}",
        ) from error
    except (RecursionError, OverflowError) as error:
        raise SchemaError(
            f"{name} is nested too deeply, or repeats too often.", "Write a flatter one."
        ) from error
