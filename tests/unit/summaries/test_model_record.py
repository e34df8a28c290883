"""A schema filled by a model: held to a grammar, checked, cited, and never mended."""

from __future__ import annotations

import json
import random
import re
import threading
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from docmind.errors import (
    DoesNotFit,
    EngineError,
    RecordCut,
    ServerDied,
    ServerUnreachable,
    UsageError,
    ValueNotFound,
)
from docmind.model import Mode
from docmind.ports import ChatFinished
from docmind.settings import ReadingMode
from docmind.summaries.extract import ExtractOptions
from docmind.summaries.grammar import Caps, grammar_of
from docmind.summaries.schema_check import checked_schema
from docmind.summaries.shape import halves_of
from tests.fakes import FakeChatEngine
from tests.random_schemas import RandomSchemas, written_for
from tests.unit.context.made import copies, document
from tests.unit.summaries.extracting import (
    AGREEMENT,
    extracted,
    quotes,
    says,
    schema,
    writes,
)

FEE = {"type": "number"}
TEXT = {"type": "string"}
DAY = {"type": "string", "format": "date"}
NULLABLE = {"type": ["string", "null"]}


def test_values_come_with_the_sentence_that_states_them() -> None:
    engine = writes({"fee": says(4500, "A2a"), "start": says("2026-01-01", "A1a")})

    made = extracted(schema(fee=FEE, start=DAY), engine)

    assert made.data == {"fee": 4500, "start": "2026-01-01"}
    assert quotes(made, "/fee") == ["The monthly fee is EUR 4,500, payable within 14 days."]
    assert quotes(made, "/start") == [AGREEMENT.pages[0].text.strip()]
    assert made.unsupported == ()
    assert made.ledger.mode is Mode.WHOLE
    assert made.coverage.complete


def test_a_value_that_no_passage_states_is_marked_and_kept() -> None:
    made = extracted(schema(fee=FEE), writes({"fee": says(9999, "A2a")}))

    assert made.data == {"fee": 9999}
    assert made.unsupported == ("/fee",)
    assert quotes(made, "/fee")


def test_what_stands_above_a_passage_is_not_its_evidence() -> None:
    named = replace(AGREEMENT, name="EUR", title="The EUR agreement")
    written = {"currency": says("USD", "A2a"), "code": says("EUR", "A3a")}

    made = extracted(schema(currency=TEXT, code=TEXT), writes(written), document=named)

    assert made.unsupported == ("/currency", "/code")


def test_a_model_that_names_the_wrong_passage_is_corrected() -> None:
    made = extracted(schema(monthly_fee=FEE), writes({"monthly_fee": says(4500, "A1a")}))

    assert made.unsupported == ()
    assert quotes(made, "/monthly_fee") == [
        "The monthly fee is EUR 4,500, payable within 14 days."
    ]


def test_an_id_that_does_not_exist_is_no_evidence() -> None:
    made = extracted(schema(note=TEXT), writes({"note": says("purple elephants", "Z9z")}))

    assert made.unsupported == ("/note",)
    assert made.evidence == {"/note": ()}
    assert made.citations == ()


def test_what_the_model_does_not_find_is_null_or_left_out() -> None:
    made = extracted(schema(["a"], a=NULLABLE, b=TEXT), writes({"a": None, "b": None}))

    assert made.data == {"a": None}


def test_what_is_required_and_not_found_fails_with_its_place() -> None:
    source = schema(["party"], party=schema(["name"], name=TEXT))

    with pytest.raises(ValueNotFound, match=r"agreement.pdf does not say .* at /party/name"):
        extracted(source, writes({"party": {"name": None}}))


def test_what_is_required_and_not_found_is_asked_for_once_more_by_itself() -> None:
    answers = [
        {"party": {"name": None, "city": None}, "fee": says(4500, "A2a"), "term": None},
        {"party": {"name": says("either party", "A3a")}},
    ]
    engine = FakeChatEngine(lambda _prompt: json.dumps(answers.pop(0)))
    party = schema(["name"], name=TEXT, city=TEXT)

    made = extracted(schema(["party", "fee"], party=party, fee=FEE, term=NULLABLE), engine)

    assert made.data == {"party": {"name": "either party"}, "fee": 4500, "term": None}
    assert made.unsupported == ()
    first, second = (json.loads(each.json_schema or "") for each in engine.requests)
    assert list(first["properties"]) == ["party", "fee", "term"]
    assert list(second["properties"]) == ["party"]
    assert list(second["properties"]["party"]["properties"]) == ["name"]
    assert "look again" in engine.requests[1].messages[-1].content


def test_an_item_that_lacks_what_is_required_is_left_out_and_told() -> None:
    item = schema(["name"], name=TEXT, fee=FEE)
    written = {"fees": [{"name": says("monthly fee", "A2a"), "fee": says(4500, "A2a")},
                        {"name": None, "fee": says(14, "A2a")}]}  # fmt: skip

    made = extracted(schema(fees={"type": "array", "items": item}), writes(written))

    assert made.data == {"fees": [{"name": "monthly fee", "fee": 4500}]}
    assert made.warnings == (
        "1 item of /fees had to be left out: the document does not say what is required at "
        "/fees/1/name.",
    )


def test_a_value_that_breaks_its_own_rules_counts_as_not_found() -> None:
    made = extracted(
        schema(fee={"type": ["number", "null"], "maximum": 100}),
        writes({"fee": says(4500, "A2a")}),
    )

    assert made.data == {"fee": None}


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 30, "1" + "0" * 25 + ".0", "NaN"])
def test_a_number_that_no_record_can_hold_counts_as_not_found(number: str) -> None:
    text = f'{{"n": {{"value": {number}, "ids": ["A1a"]}}}}'
    source = schema(n={"type": ["number", "null"], "maximum": 1e300})

    try:
        made = extracted(source, FakeChatEngine(lambda _prompt: text))
    except RecordCut:
        assert number == "NaN"
    else:
        assert made.data in ({"n": None}, {"n": 1e25})


def test_halves_of_characters_are_replaced() -> None:
    text = '{"a": {"value": "x\\ud800y", "ids": ["A1a"]}}'

    assert extracted(schema(a=TEXT), FakeChatEngine(lambda _prompt: text)).data == {"a": "x?y"}


def test_items_that_settle_to_the_same_are_one() -> None:
    items = {"type": "array", "uniqueItems": True, "items": {"type": ["integer", "null"]}}
    written = {"n": [says(4500, "A2a"), says("much", "A2a"), says("more", "A2a"), says(4500.0)]}

    assert extracted(schema(n=items), writes(written)).data == {"n": [4500, None]}


def test_a_constant_is_filled_in_and_not_asked_for() -> None:
    engine = writes({"fee": says(4500, "A2a")})

    made = extracted(schema(["kind"], kind={"const": "contract"}, fee=FEE), engine)

    assert made.data == {"kind": "contract", "fee": 4500}
    assert "/kind" not in made.evidence
    grammar = json.loads(engine.requests[0].json_schema or "")
    assert list(grammar["properties"]) == ["fee"]


def test_a_document_that_does_not_fit_is_read_part_by_part_and_merged() -> None:
    parts = {"A1": {"start": says("2026-01-01", "A1a"), "fees": []},
             "A2": {"start": None, "fees": [says(4500, "A2a"), says(14, "A2a")]},
             "A3": {"start": says("2031-01-01", "A3a"), "fees": [says(4500, "A3a")]}}  # fmt: skip
    engine = FakeChatEngine(
        lambda prompt: json.dumps(next(parts[tag] for tag in parts if f"¶{tag}\n" in prompt))
    )
    source = schema(start=DAY, fees={"type": "array", "items": FEE})

    made = extracted(
        source, engine, part_tokens=1, options=ExtractOptions(mode=ReadingMode.EVERY_PART)
    )

    assert len(engine.requests) == 3
    assert made.data == {"start": "2026-01-01", "fees": [4500, 14]}
    assert made.ledger.mode is Mode.EVERY_PART
    assert made.unsupported == ()


def test_a_value_of_a_later_part_wins_where_the_first_one_is_unsupported() -> None:
    parts = {
        "A1": {"fee": says(9999, "A1a")},
        "A2": {"fee": says(4500, "A2a")},
        "A3": {"fee": None},
    }
    engine = FakeChatEngine(
        lambda prompt: json.dumps(next(parts[tag] for tag in parts if f"¶{tag}\n" in prompt))
    )

    made = extracted(
        schema(fee=FEE), engine, part_tokens=1, options=ExtractOptions(mode=ReadingMode.EVERY_PART)
    )

    assert made.data == {"fee": 4500}


def test_the_parts_are_asked_for_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=30)

    def script(_prompt: str) -> str:
        together.wait()
        return json.dumps({"fee": says(4500, "A2a")})

    made = extracted(
        schema(fee=FEE),
        FakeChatEngine(script),
        part_tokens=1,
        options=ExtractOptions(mode=ReadingMode.EVERY_PART),
    )

    assert made.data == {"fee": 4500}


def test_a_part_that_fails_ends_the_others() -> None:
    long = document("long.pdf", *([f"Page {at}."] for at in range(80)))
    engine = FakeChatEngine(lambda _prompt: "no JSON")

    with pytest.raises(RecordCut, match="is no JSON"):
        extracted(
            schema(a=TEXT),
            engine,
            document=long,
            part_tokens=1,
            options=ExtractOptions(mode=ReadingMode.EVERY_PART),
        )

    assert len(engine.requests) < 80


class CutEngine(FakeChatEngine):
    """Ends at its limit where more than so many values are asked for at once."""

    most = 1

    def _finished(self, request: object, prompt: str, text: str) -> ChatFinished:
        finished = super()._finished(request, prompt, text)  # type: ignore[arg-type]
        asked = prompt.rpartition("Schema: ")[2].count('"type":"string"')
        return replace(finished, reason="length") if asked > self.most else finished


def test_an_answer_that_is_cut_off_is_asked_again_with_fewer_fields() -> None:
    def script(prompt: str) -> str:
        asked = json.loads(prompt.rpartition("Schema: ")[2])["properties"]
        return json.dumps({name: says(name, "A1a") for name in asked})

    engine = CutEngine(script)

    made = extracted(schema(a=TEXT, b=TEXT, c=TEXT), engine)

    assert made.data == {"a": "a", "b": "b", "c": "c"}
    assert len(engine.requests) == 5


def test_a_list_that_is_cut_off_is_asked_again_of_smaller_parts_of_the_text() -> None:
    def script(prompt: str) -> str:
        tags = re.findall(r"¶(A\d)\n", prompt)
        return json.dumps([says(f"item {tag}", f"{tag}a") for tag in tags])

    class Cut(FakeChatEngine):
        def _finished(self, request: object, prompt: str, text: str) -> ChatFinished:
            finished = super()._finished(request, prompt, text)  # type: ignore[arg-type]
            return replace(finished, reason="length") if len(json.loads(text)) > 1 else finished

    made = extracted({"type": "array", "items": TEXT}, Cut(script))

    assert made.data == ["item A1", "item A2", "item A3"]


def test_an_answer_that_is_always_cut_off_ends_in_an_error_after_a_bounded_time() -> None:
    engine = FakeChatEngine(lambda _prompt: '{"a": ', reason="length")
    source = schema([], **{f"f{at}": TEXT for at in range(40)})

    with pytest.raises(RecordCut, match="cut off"):
        extracted(source, engine)

    assert len(engine.requests) < 20


def test_a_model_that_writes_no_json_fails_and_is_not_mended() -> None:
    with pytest.raises(RecordCut, match="is no JSON"):
        extracted(schema(a=TEXT), FakeChatEngine(lambda _prompt: "Here you go: {a: 1}"))


def test_a_server_that_shapes_nothing_is_sent_no_grammar_and_checked_all_the_same() -> None:
    engine = writes({"fee": says("much", "A2a")})
    engine.shapes = False

    made = extracted(schema(fee={"type": ["number", "null"]}), engine)

    assert engine.requests[0].json_schema is None
    assert made.data == {"fee": None}


def test_retrieval_is_refused_and_a_document_that_must_be_whole_may_not_fit() -> None:
    with pytest.raises(UsageError, match="reads all of a document"):
        extracted(schema(a=TEXT), writes({}), options=ExtractOptions(mode=ReadingMode.RETRIEVE))
    large = document("large.pdf", *(["word " * 100] for _ in range(40)))
    engine = writes({"a": None})
    engine.window_tokens = 1500
    with pytest.raises(DoesNotFit):
        extracted(
            schema(a=TEXT), engine, document=large, options=ExtractOptions(require_whole=True)
        )


def test_a_window_without_room_for_the_document_is_told() -> None:
    engine = writes({})
    engine.window_tokens = 200

    with pytest.raises(UsageError, match="more than the model's window"):
        extracted(schema(a=TEXT), engine)


@pytest.mark.parametrize("error", [ServerUnreachable("nothing answers"), ServerDied("died")])
def test_a_server_that_is_gone_ends_it(error: EngineError) -> None:
    with pytest.raises(type(error)):
        extracted(schema(monthly_fee=FEE), FakeChatEngine(error=error))


def test_strings_numbers_and_arrays_of_the_grammar_always_have_an_end() -> None:
    shape = checked_schema(
        json.dumps(schema(s=TEXT, n=FEE, l={"type": "array", "items": TEXT}, c={"enum": ["x"]}))
    ).root
    (copy,) = copies(AGREEMENT)

    grammar = grammar_of(shape, copy.sheets, Caps(characters=9, items=2))

    Draft202012Validator.check_schema(grammar)
    text = json.dumps(grammar)
    assert '"maxLength": 9' in text
    assert '"maxItems": 2' in text
    assert '"maximum": 1000000000000000' in text
    assert re.fullmatch(grammar["$defs"]["ids"]["items"]["pattern"][1:-1], "A2a")
    assert not re.fullmatch(grammar["$defs"]["ids"]["items"]["pattern"][1:-1], "A4a")


def test_halves_have_all_fields_between_them() -> None:
    inner = schema(a=TEXT, b=TEXT, c=TEXT)
    shape = checked_schema(json.dumps(schema(only=inner))).root

    halves = halves_of(shape)

    names = [[each.name for each in half.fields[0].shape.fields] for half in halves]  # type: ignore[union-attr]
    assert names == [["a"], ["b", "c"]]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_a_model_writes_the_record_is_valid_or_fails_cleanly(seed: int) -> None:
    text = RandomSchemas(seed).text()
    made = checked_schema(text)
    chance = random.Random(seed)
    engine = writes(written_for(made, ("A1a", "A2a", "A3a", "B1a"), chance))

    try:
        record = extracted(json.loads(text), engine)
    except ValueNotFound:
        return

    Draft202012Validator(json.loads(text)).validate(record.data)
    assert set(record.unsupported) <= record.evidence.keys()
    numbers = {each.number for each in record.citations}
    assert all(number in numbers for held in record.evidence.values() for number in held)
