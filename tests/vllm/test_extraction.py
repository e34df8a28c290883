"""Extraction with a real vLLM: what xgrammar really writes under the grammars of random schemas.

A model with random weights at temperature 1 writes, sooner or later, all that a grammar allows.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from docmind.desk.extracting import ByModel
from docmind.engines.address import Address
from docmind.errors import RecordCut, ValueNotFound
from docmind.settings import Settings
from docmind.summaries.events import Extracted
from docmind.summaries.extract import ExtractOptions
from docmind.summaries.grammar import Caps
from docmind.summaries.schema_check import checked_schema
from docmind.tokens.qwen import QwenTokenCounter
from tests.contracts.test_chat_engine import engine_at
from tests.random_schemas import RandomSchemas
from tests.unit.summaries.extracting import AGREEMENT
from tests.vllm.real_server import RealServer

FIRST = 10_000
"""The benchmark's seeds begin at 0."""

SCHEMAS = 25
OPTIONS = ExtractOptions(
    temperature=1.0, top_p=1.0, max_output_tokens=200, caps=Caps(characters=12, items=2, ids=1)
)


@pytest.fixture
def extractor(server: RealServer) -> ByModel:
    """An extractor with the real server's model."""
    engine = engine_at(Address("http://localhost/v1", server.uds))
    return ByModel(Settings(), QwenTokenCounter(), lambda _sha256: engine)


def test_whatever_the_grammar_allows_becomes_a_valid_record_or_a_clean_failure(
    extractor: ByModel,
) -> None:
    valid = 0
    for seed in range(FIRST, FIRST + SCHEMAS):
        text = RandomSchemas(seed).text()
        try:
            *_, last = extractor.extract(AGREEMENT, 50, checked_schema(text), OPTIONS)
        except (ValueNotFound, RecordCut):
            continue
        assert isinstance(last, Extracted), seed
        Draft202012Validator(json.loads(text)).validate(last.extraction.data)
        assert last.extraction.ledger.prompt_tokens, seed
        valid += 1

    assert valid > SCHEMAS / 2


def test_a_record_that_cannot_end_in_one_request_is_filled_in_pieces_or_fails_cleanly(
    extractor: ByModel,
) -> None:
    """The patterns have no end of their own, so that every request may run into its limit."""
    text = {"type": "string", "pattern": "^[a-z ]{40,}$"}
    source = {"type": "object", "properties": {f"f{at}": text for at in range(4)}}
    options = replace(OPTIONS, max_output_tokens=60)

    try:
        *_, last = extractor.extract(AGREEMENT, 50, checked_schema(json.dumps(source)), options)
    except RecordCut as error:
        assert "--max-output" in error.hint  # noqa: PT017 - both ends are right
    else:
        assert isinstance(last, Extracted)
        Draft202012Validator(source).validate(last.extraction.data)
