"""What a model reads to fill a schema: the whole document where it fits, else every part of it.

Never a selection: a value that stands on a page which was not read would be told as missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from docmind.context.budget import MOST_OUTPUT_TOKENS, Budget, Measure, output_tokens
from docmind.context.parts import Portion, cut_in_parts, part_tokens
from docmind.context.prompt import Draft
from docmind.context.reasons import (
    DOES_NOT_FIT,
    EVERY_PART_ASKED_FOR,
    FITS,
    MORE_THAN_SET,
)
from docmind.context.sheets import Copy
from docmind.errors import DoesNotFit, UsageError
from docmind.model import Mode
from docmind.ports import ChatMessage
from docmind.settings import ContextSettings, ReadingMode
from docmind.summaries.grammar import described
from docmind.summaries.shape import Schema, Shape

_TASK = """\
Fill in the JSON Schema below from the {read} above, and from nothing else.

Write JSON alone, without a word around it: the same properties in the same order, all of them.
- In the place of every value write {{"value": the value, "ids": [the ids of the passages that \
say it]}}.
- Where the {read} does not say it, write null. Never guess.
- Copy names, terms and numbers as they stand. Dates become YYYY-MM-DD. Numbers are written \
without separators and units: 4500, not "EUR 4,500".
- An array has an item for everything that the {read} names, and none twice; it may be empty.

Schema: {schema}"""

_PARTS = {"en": "{}; every part was read ({:,})", "zh": "{}；逐部分通读（共 {:,} 部分）"}


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """The portions, one request each, the mode and the reason for it."""

    portions: tuple[Portion, ...]
    mode: Mode
    reason: str
    output_tokens: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the document is to be read."""

    mode: ReadingMode
    require_whole: bool
    output_tokens: int | None
    role: str
    language: str


def messages_for(
    portion: Portion, shape: Shape, role: str, *, whole: bool
) -> tuple[ChatMessage, ...]:
    """The prompt that asks for a shape from a portion of the document."""
    return Draft(portion.parts, _task(shape, whole=whole), role).messages()


def _task(shape: Shape, *, whole: bool) -> str:
    schema = json.dumps(described(shape), ensure_ascii=False, separators=(",", ":"))
    return _TASK.format(schema=schema, read="document" if whole else "part of a document")


def plan_record(
    schema: Schema,
    copies: Sequence[Copy],
    wanted: Wanted,
    measure: Measure,
    settings: ContextSettings,
) -> RecordPlan:
    """Decide what is read at once. Raises DoesNotFit and UsageError."""
    if wanted.mode is ReadingMode.RETRIEVE:
        raise UsageError(
            "Extraction reads all of a document; --mode retrieve would miss values.",
            "Try: --mode auto, or --pages 10-20 for some pages",
        )
    window = measure.window_tokens
    output = output_tokens(window, wanted.output_tokens or MOST_OUTPUT_TOKENS)
    frame = measure.count(Draft((), _task(schema.root, whole=True), wanted.role).messages())
    budget = Budget(window, output, frame)
    if not budget.documents:
        raise UsageError(
            f"The instructions and the schema take {frame:,} tokens, and {output:,} are kept for"
            f" the record: more than the model's window of {window:,}.",
            "Use a smaller schema, or a model with a larger window.",
        )
    everything = Portion(tuple((copy, copy.sheets) for copy in copies))
    prompt = messages_for(everything, schema.root, wanted.role, whole=True)
    tokens = everything.tokens
    if tokens <= 2 * window:  # beyond that a guess is good enough, and counting takes long
        tokens = measure.count(prompt) - frame
    why = _why_not_whole(tokens, budget, wanted, settings)
    if not why:
        reason = FITS[wanted.language].format(tokens, window)
        return RecordPlan((everything,), Mode.WHOLE, reason, output, whole=True)
    if wanted.require_whole or wanted.mode is ReadingMode.WHOLE:
        raise DoesNotFit(
            f"{tokens:,} tokens with passage marks do not fit: the window of {window:,} leaves"
            f" {budget.documents:,} for the document.",
            "Read fewer pages (--pages 10-20), or leave out --require-whole and --mode whole:"
            " then every part is read.",
        )
    portions = cut_in_parts(copies, part_tokens(budget, settings.part_tokens))
    reason = _PARTS[wanted.language].format(why, len(portions))
    return RecordPlan(portions, Mode.EVERY_PART, reason, output, whole=False)


def _why_not_whole(tokens: int, budget: Budget, wanted: Wanted, settings: ContextSettings) -> str:
    """The reason for reading in parts; empty where the document is read whole."""
    if tokens > budget.documents:
        return DOES_NOT_FIT[wanted.language].format(tokens, budget.window)
    if wanted.require_whole or wanted.mode is ReadingMode.WHOLE:
        return ""
    if wanted.mode is ReadingMode.EVERY_PART and tokens > settings.part_tokens:
        return EVERY_PART_ASKED_FOR[wanted.language]
    most = settings.whole_up_to_tokens
    return MORE_THAN_SET[wanted.language].format(tokens, most) if most and tokens > most else ""
