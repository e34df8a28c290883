"""How often `docmind extract` gives a valid record, or fails cleanly, with a real vLLM.

Random schemas over all that is supported, a model with random weights at temperature 1, so that
everything which the grammar allows is written sooner or later. A record is valid by the user's own
schema, checked here once more; a failure is clean where it is one of docmind's errors. Anything
else is a fault, and is printed with the seed of its schema.

    python -m benchmarks.extraction --base-url unix:/path/of/a/socket --schemas 500
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from dataclasses import dataclass

from jsonschema import Draft202012Validator

from docmind.desk.extracting import ByModel
from docmind.engines.address import address_of
from docmind.engines.connecting import connect
from docmind.errors import DocmindError
from docmind.model import Block, BlockKind, Document, Kind, Page
from docmind.settings import Settings
from docmind.summaries.events import Extracted
from docmind.summaries.extract import ExtractOptions
from docmind.summaries.grammar import Caps
from docmind.summaries.schema_check import checked_schema
from docmind.tokens.qwen import QwenTokenCounter
from tests.random_schemas import RandomSchemas

OUTPUT_TOKENS = 200
CAPS = Caps(characters=12, items=2, ids=1)
PARAGRAPHS = (
    "This Agreement starts on 1 January 2026 and ends after twenty-four months.",
    "The monthly fee is EUR 4,500, payable within 14 days of the invoice AB-12.",
    "Either party may terminate this Agreement on thirty days' written notice.",
    "供应商应在三十日内交付全部货物，合同总金额为人民币120万元。",
)


@dataclass(frozen=True)
class Outcome:
    """What came of one schema: valid, the name of the error, or a fault with its words."""

    seed: int
    kind: str
    seconds: float
    fault: str = ""
    values: int = 0


def document() -> Document:
    """A short text of all sorts of values."""
    text, blocks = "", []
    for paragraph in PARAGRAPHS:
        blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(paragraph)))
        text += paragraph + "\n"
    page = Page(1, text, blocks=tuple(blocks))
    return Document("0" * 64, "agreement.pdf", Kind.PDF, "Agreement", (page,))


def filled(extractor: ByModel, seed: int) -> Outcome:
    """Fill the schema of this seed, and judge what comes."""
    text = RandomSchemas(seed).text()
    options = ExtractOptions(
        temperature=1.0, top_p=1.0, max_output_tokens=OUTPUT_TOKENS, caps=CAPS
    )
    begun = time.monotonic()
    try:
        schema = checked_schema(text)
        for event in extractor.extract(document(), 120, schema, options):
            if isinstance(event, Extracted):
                data = event.extraction.data
                kind = "" if Draft202012Validator(json.loads(text)).is_valid(data) else "invalid"
                seconds = time.monotonic() - begun
                return Outcome(
                    seed, kind or "valid", seconds, kind, len(event.extraction.evidence)
                )
    except DocmindError as error:
        kind, fault = type(error).__name__, ""
        if kind not in ("ValueNotFound", "RecordCut"):
            fault = str(error)
        return Outcome(seed, kind, time.monotonic() - begun, fault)
    except Exception as error:  # noqa: BLE001 - that is what is counted
        fault = f"{type(error).__name__}: {error}"
        return Outcome(seed, "fault", time.monotonic() - begun, fault)
    return Outcome(seed, "fault", time.monotonic() - begun, "no record and no error")


def main() -> None:
    """Fill all schemas, and print how many gave what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--schemas", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    wanted = parser.parse_args()
    settings, counter = Settings(), QwenTokenCounter()
    engine = connect(address_of(wanted.base_url), settings.engine, counter)
    extractor = ByModel(settings, counter, lambda _sha256: engine)
    outcomes: list[Outcome] = []
    for seed in range(wanted.first, wanted.first + wanted.schemas):
        outcome = filled(extractor, seed)
        outcomes.append(outcome)
        if outcome.fault:
            print(f"seed {seed}: {outcome.kind}: {outcome.fault[:300]}", flush=True)
    for kind, count in Counter(each.kind for each in outcomes).most_common():
        print(f"{kind}: {count}")
    print(f"values with evidence: {sum(each.values for each in outcomes)}")
    print(f"faults: {sum(bool(each.fault) for each in outcomes)}")
    print(f"median seconds: {statistics.median(each.seconds for each in outcomes):.2f}")


if __name__ == "__main__":
    main()
