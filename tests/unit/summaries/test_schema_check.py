"""A schema is understood before any work, or refused with the place and what to write instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docmind.errors import SchemaError
from docmind.summaries.schema_check import checked_schema
from docmind.summaries.shape import ListShape, ObjectShape, ValueShape


def schema(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def root(source: object) -> ObjectShape | ListShape:
    return checked_schema(json.dumps(source)).root


def only(source: object) -> Any:
    """The shape of the one property."""
    shape = root(schema(it=source))
    assert isinstance(shape, ObjectShape)
    return shape.fields[0].shape


def test_an_object_is_read_with_its_fields_and_what_is_required() -> None:
    shape = root({**schema(a={"type": "string"}, b={"type": "integer"}), "required": ["a"]})

    assert isinstance(shape, ObjectShape)
    assert [(each.name, each.required) for each in shape.fields] == [("a", True), ("b", False)]


def test_a_reference_is_followed_and_keeps_the_words_that_stand_beside_it() -> None:
    money = {"type": "number", "description": "in euro"}
    shape = root(
        {**schema(it={"$ref": "#/$defs/money", "title": "Price"}), "$defs": {"money": money}}
    )

    assert isinstance(shape, ObjectShape)
    assert shape.fields[0].shape == ValueShape(({"type": "number"},), words="Price")


@pytest.mark.parametrize(
    "source",
    [
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"anyOf": [{"type": ["string", "null"]}]},
    ],
)
def test_null_can_be_allowed_in_several_ways(source: object) -> None:
    assert only(source) == ValueShape(({"type": "string"},), nullable=True)


def test_an_enumeration_keeps_what_the_other_keywords_allow() -> None:
    shape = only({"type": ["string", "null"], "enum": ["a", 1, None]})

    assert shape == ValueShape(({"enum": ["a"]},), nullable=True)
    assert shape.accepts("a")
    assert not shape.accepts(1)
    assert not shape.accepts(None)


def test_a_choice_of_values_takes_any_of_them() -> None:
    shape = only({"anyOf": [{"type": "integer"}, {"enum": ["unlimited"]}]})

    assert shape.accepts(3)
    assert shape.accepts("unlimited")
    assert not shape.accepts("3")


def test_what_only_an_array_has_makes_an_array() -> None:
    shape = only({"items": {"type": "string"}, "minItems": 1, "maxItems": 3})

    assert isinstance(shape, ListShape)
    assert (shape.fewest, shape.most) == (1, 3)


def test_a_date_that_does_not_exist_is_no_date() -> None:
    shape = only({"type": "string", "format": "date"})

    assert shape.accepts("2024-02-29")
    assert not shape.accepts("2023-02-29")


@pytest.mark.parametrize(
    ("source", "where", "what"),
    [
        pytest.param({"type": "number", "multipleOf": 2}, "/properties/it", "multipleOf", id="of"),
        pytest.param({"type": "string", "pattern": "^a|b$"}, "/properties/it", "one end", id="or"),
        pytest.param({"type": "string", "pattern": "[A-Z]"}, "/properties/it", "whole", id="ends"),
        pytest.param(
            {"type": "string", "pattern": "^(?=a)a$"}, "/properties/it", "(?", id="ahead"
        ),
        pytest.param(
            {"type": "string", "format": "date", "maxLength": 3},
            "/properties/it",
            "joined",
            id="2",
        ),
        pytest.param({"type": "string", "format": "iban"}, "/properties/it", "iban", id="format"),
        pytest.param({"type": "object"}, "/properties/it", "no properties", id="object"),
        pytest.param({"type": "array"}, "/properties/it", "no items", id="array"),
        pytest.param({"type": "array", "items": True}, "/properties/it/items", "true", id="true"),
        pytest.param({"description": "x"}, "/properties/it", "type is missing", id="type"),
        pytest.param({"type": "null"}, "/properties/it", "nothing but null", id="null"),
        pytest.param({"type": ["string", "array"]}, "/properties/it", "something else", id="mix"),
        pytest.param({"oneOf": [{"type": "string"}]}, "/properties/it", "oneOf", id="oneOf"),
        pytest.param(
            {"anyOf": [{"type": "string"}, schema(a={"type": "string"})]},
            "/properties/it",
            "anyOf may choose",
            id="anyOf",
        ),
        pytest.param({"$ref": "#/$defs/none"}, "/properties/it", "there is no", id="ref"),
        pytest.param({"$ref": "http://x/y"}, "/properties/it", "not in this file", id="remote"),
        pytest.param({"$ref": "#"}, "/properties/it", "refers to itself", id="recursive"),
        pytest.param({"const": 10**30}, "/properties/it", "64 bits", id="large"),
        pytest.param({"type": "string", "enum": [1]}, "/properties/it", "no value", id="enum"),
        pytest.param(
            {"type": "integer", "minimum": 3, "maximum": 2},
            "/properties/it",
            "no value",
            id="bounds",
        ),
        pytest.param(
            {**schema(a={"type": "string"}), "required": ["b"]}, "/properties/it", '"b"', id="req"
        ),
        pytest.param(
            {"type": "string", "maxlength": 3}, "/properties/it", '"maxlength"', id="typing"
        ),
    ],
)
def test_what_is_not_supported_is_named_with_its_path(
    source: dict[str, Any], where: str, what: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        checked_schema(json.dumps(schema(it=source)), "contract.json")

    assert str(caught.value).startswith(f"contract.json cannot be used: at {where}, ")
    assert what in str(caught.value)
    assert caught.value.hint


def test_a_mistyped_keyword_is_answered_with_the_one_that_is_meant() -> None:
    with pytest.raises(SchemaError) as caught:
        only({"type": "string", "maxlength": 3})

    assert "maxLength" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "is not JSON"),
        ("[]", "is no JSON Schema"),
        ('{"type": "strin"}', "is no valid JSON Schema: at /type"),
        ('{"type": "string"}', "describes no object and no array"),
        ('{"type": "object", "properties": {"a": {"minLength": -1}}}', "is no valid"),
        ("[" * 100_000, "is not JSON"),
        (" " * 100_001, "the most is"),
        ('{"items": {"type": "string", "pattern": "^($"}}', "is no valid JSON Schema: at /items"),
        ('{"items": {"type": "string", "pattern": "^a{99999999999}$"}}', "repeats too often"),
    ],
)
def test_what_is_no_schema_is_said_so(text: str, what: str) -> None:
    with pytest.raises(SchemaError, match="The schema") as caught:
        checked_schema(text)

    assert what in str(caught.value)


def test_a_reference_that_leads_back_to_itself_is_refused() -> None:
    node = schema(children={"type": "array", "items": {"$ref": "#/$defs/node"}})

    with pytest.raises(SchemaError, match="refers to itself"):
        root({**schema(it={"$ref": "#/$defs/node"}), "$defs": {"node": node}})


def test_references_that_multiply_are_refused_before_they_fill_the_memory() -> None:
    definitions: dict[str, object] = {"l0": schema(a={"type": "string"})}
    for level in range(1, 9):
        below = {"$ref": f"#/$defs/l{level - 1}"}
        definitions[f"l{level}"] = schema(**{f"p{at}": below for at in range(8)})

    with pytest.raises(SchemaError, match="more than 300 fields"):
        root({**schema(it={"$ref": "#/$defs/l8"}), "$defs": definitions})


def test_a_schema_says_where_data_breaks_it() -> None:
    source = schema(list={"type": "array", "items": schema(n={"type": "integer"})})

    faults = list(checked_schema(json.dumps(source)).faults({"list": [{"n": 1}, {"n": "x"}]}))

    assert [where for where, _ in faults] == ["/list/1/n"]
