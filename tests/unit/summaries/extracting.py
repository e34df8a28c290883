"""Documents, schemas and a way to run an extraction, for tests of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from docmind.answers.patience import Patience
from docmind.desk.extracting import ByModel, ByRules, Filling
from docmind.model import Document, Extraction
from docmind.settings import ContextSettings, Settings
from docmind.summaries.events import Extracted
from docmind.summaries.extract import ExtractOptions
from docmind.summaries.schema_check import checked_schema
from tests.fakes import FakeChatEngine
from tests.unit.context.made import COUNTER, document

AGREEMENT = document(
    "agreement.pdf",
    ["This Agreement starts on 1 January 2026 and ends after twenty-four months."],
    ["The monthly fee is EUR 4,500, payable within 14 days. It may be raised once a year."],
    ["Either party may terminate this Agreement on thirty days' written notice."],
)


def schema(required: Sequence[str] = (), **properties: object) -> dict[str, Any]:
    """An object with these properties."""
    return {"type": "object", "properties": properties, "required": list(required)}


def extracted(
    source: dict[str, Any],
    engine: FakeChatEngine | None = None,
    *,
    document: Document = AGREEMENT,
    options: ExtractOptions = ExtractOptions(),  # noqa: B008 - it is frozen
    part_tokens: int = 16_000,
) -> Extraction:
    """The extraction."""
    settings = Settings(context=ContextSettings(part_tokens=part_tokens))
    filling: Filling = ByRules(COUNTER)
    if engine is not None:
        filling = ByModel(settings, COUNTER, lambda _sha256: engine, Patience())
    events = list(filling.extract(document, 50, checked_schema(json.dumps(source)), options))
    assert isinstance(events[-1], Extracted)
    return events[-1].extraction


def says(value: object, *ids: str) -> dict[str, object]:
    """A value as a model writes it."""
    return {"value": value, "ids": list(ids)}


def writes(data: object) -> FakeChatEngine:
    """A model that always writes this."""
    return FakeChatEngine(lambda _prompt: json.dumps(data))


def quotes(extraction: Extraction, where: str) -> list[str]:
    """What is cited for a value."""
    numbers = extraction.evidence[where]
    return [each.quote for each in extraction.citations if each.number in numbers]
