"""What a model reads to fill a schema: the whole document where it fits, else every part of it.

Never a selection: a value that stands on a page which was not read would be told as missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from docmind.context.budget import MOST_OUTPUT_TOKENS, Budget, Measure, output_tokens
from docmind.context.extent import Wish, decided
from docmind.context.parts import Portion, parts_that_fit
from docmind.context.prompt import Draft
from docmind.context.sheets import Copy
from docmind.errors import UsageError
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
- A string is the shortest span that answers. Where a name is asked for it is the name alone: \
"England and Wales", not the clause that says so.
- An array has an item for everything that the {read} names, and none twice; it may be empty.

Schema: {schema}"""


_AGAIN = (
    "These were asked for before, and not found. They matter: look again, also for other words for"
    " them. What is not said is null all the same."
)


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
    portion: Portion, shape: Shape, role: str, *, whole: bool, again: bool = False
) -> tuple[ChatMessage, ...]:
    """The prompt that asks for a shape from a portion of the document; `again`: a second time."""
    task = _task(shape, whole=whole)
    return Draft(portion.parts, f"{task}\n\n{_AGAIN}" if again else task, role).messages()


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
    wish = Wish(
        wanted.mode,
        settings.part_tokens,
        settings.whole_up_to_tokens,
        require_whole=wanted.require_whole,
        instead="Read fewer pages (--pages 10-20), or leave out --require-whole and --mode whole:"
        " then every part is read.",
    )
    extent = decided(tokens, budget, wish, wanted.language)
    if extent.is_whole:
        return RecordPlan((everything,), Mode.WHOLE, extent.reason, output, whole=True)
    portions = parts_that_fit(
        copies,
        budget,
        settings.part_tokens,
        lambda each: (
            measure.count(messages_for(each, schema.root, wanted.role, whole=False)) - frame
        ),
    )
    reason = extent.in_parts(len(portions))
    return RecordPlan(portions, Mode.EVERY_PART, reason, output, whole=False)
