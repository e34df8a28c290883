"""A schema filled by a language model, several portions of the document at a time.

What it writes is held to a grammar, and checked all the same. An answer that is cut off is never
mended: the same is asked again in smaller pieces, of the text where a list may be long, else of
the schema; after a bounded number of such requests the extraction fails and says so. What the
schema requires and nobody found is asked for once more, by itself, before that is an error.
"""

from __future__ import annotations

import json
import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from docmind.answers.asking import Line, Progress, Reply, T
from docmind.answers.writing import Sampling, Writing
from docmind.context.parts import Portion
from docmind.errors import EngineError, RecordCut
from docmind.model import Passage
from docmind.ports import WITHHELD, ChatRequest
from docmind.summaries.events import PartRead
from docmind.summaries.evidence import Evidence
from docmind.summaries.filled import Filled, Scalar, merged
from docmind.summaries.grammar import Caps, grammar_of
from docmind.summaries.record import lacking
from docmind.summaries.record_plan import RecordPlan, messages_for
from docmind.summaries.shape import (
    LARGEST_INTEGER,
    ListShape,
    ObjectShape,
    Shape,
    ValueShape,
    halves_of,
    has_lists,
)

MOST_CUT = 8
"""How many requests of one portion may be cut off before the extraction is given up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a model is asked: how it chooses its words, the most that it may write, as whom."""

    sampling: Sampling
    caps: Caps
    role: str = ""


class ModelRecord:
    """Asks a model for the values of one schema."""

    def __init__(
        self,
        plan: RecordPlan,
        writing: Writing,
        evidence: Evidence,
        asked: Asked,
    ) -> None:
        self.notes: list[str] = []
        self.line = Line(writing.engine, writing.counter, writing.patience)
        self._plan = plan
        self._writing = writing
        self._evidence = evidence
        self._asked = asked
        self._failed: EngineError | None = None
        self._again = False

    def filled(self, root: ObjectShape | ListShape) -> Generator[PartRead, None, Filled]:
        """Everything that the portions say, merged in their order. Raises EngineError."""
        found = yield from self._said(root)
        missing = lacking(root, found) if isinstance(root, ObjectShape) else None
        if missing is None:
            return found
        self._again = True
        return merged(found, (yield from self._said(missing)))

    def _said(self, root: ObjectShape | ListShape) -> Generator[PartRead, None, Filled]:
        """What the portions say of a shape."""
        jobs = [partial(self._portion, portion, root) for portion in self._plan.portions]
        work = self.line.work(jobs, self._writing.generation.concurrency)
        found: Filled = None
        for each in (yield from _shown(work)):
            if isinstance(each, EngineError):
                raise self._failed or each
            for written in each:
                understood = self._understood(written.shape, written.data, written.known, "")
                found = merged(found, understood)
        return found

    def _portion(
        self, portion: Portion, root: ObjectShape | ListShape, line: Line
    ) -> list[_Written]:
        """In a thread: what one portion says; without it there is no record, so all others end."""
        try:
            return self._read(portion, root, line, _Cuts())
        except EngineError as error:
            self._failed = self._failed or error
            raise

    def _read(
        self, portion: Portion, shape: ObjectShape | ListShape, line: Line, cuts: _Cuts
    ) -> list[_Written]:
        """What one portion says of a shape; in smaller pieces where the answer is cut off."""
        if self._failed is not None:
            raise self._failed
        reply = line.ask(self._request(portion, shape))
        data = _decoded(reply.text) if reply.ended else None
        if isinstance(data, dict if isinstance(shape, ObjectShape) else list):
            return [_Written(shape, data, portion.known)]
        cuts.count += 1
        return [
            written
            for smaller in self._smaller(portion, shape, reply, cuts)
            for written in self._read(*smaller, line, cuts)
        ]

    def _smaller(
        self, portion: Portion, shape: ObjectShape | ListShape, reply: Reply, cuts: _Cuts
    ) -> list[tuple[Portion, ObjectShape | ListShape]]:
        """The same in two pieces."""
        pieces, fields = portion.halves(), halves_of(shape)
        if cuts.count <= MOST_CUT:
            if len(pieces) > 1 and (has_lists(shape) or len(fields) < 2):
                return [(piece, shape) for piece in pieces]
            if len(fields) > 1:
                return [(portion, part) for part in fields]
        why = {
            "length": f"was cut off at {self._plan.output_tokens:,} tokens, in smaller pieces too",
            WITHHELD: "was withheld by the server, in smaller pieces too",
        }
        raise RecordCut(
            f"What the model wrote {why.get(reply.finished.reason, 'is no JSON')}.",
            "Allow more (--max-output), give strings a maxLength and arrays a maxItems, or use a "
            "smaller schema.",
        )

    def _request(self, portion: Portion, shape: ObjectShape | ListShape) -> ChatRequest:
        asked = self._asked
        grammar = grammar_of(shape, portion.sheets, asked.caps)
        shapes = self._writing.engine.shapes
        return asked.sampling.request(
            messages_for(portion, shape, asked.role, whole=self._plan.whole, again=self._again),
            self._plan.output_tokens,
            json_schema=json.dumps(grammar, ensure_ascii=False) if shapes else None,
        )

    def _understood(
        self, shape: Shape, written: object, known: dict[str, Passage], words: str
    ) -> Filled:
        """What was written, as values with evidence; what is not of its shape is nothing."""
        words = f"{words} {shape.words}"
        match shape:
            case ObjectShape(fields) if isinstance(written, dict):
                return {
                    each.name: self._understood(
                        each.shape, written.get(each.name), known, f"{words} {each.name}"
                    )
                    for each in fields
                }
            case ListShape(item, most=most) if isinstance(written, list):
                items = self._asked.caps.items
                if len(written) >= items and (most is None or most > items):
                    self.notes.append(
                        f"An array has {len(written)} items, the most that is asked for at once; "
                        "there may be more."
                    )
                return [self._understood(item, each, known, words) for each in written]
            case ValueShape() if isinstance(written, dict):
                return self._value(shape, written, known, words)
            case _:
                return None

    def _value(
        self, shape: ValueShape, written: dict[str, object], known: dict[str, Passage], words: str
    ) -> Filled:
        value, ids = written.get("value"), written.get("ids")
        value = _writable(value)
        if value is None or not shape.accepts(value):
            return None
        names = [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []
        cited = [known[name] for name in dict.fromkeys(names) if name in known]
        return self._evidence.value(value, cited, words)


@dataclass(frozen=True, slots=True)
class _Written:
    """What the model wrote for a shape, and the passages that it may name."""

    shape: ObjectShape | ListShape
    data: object
    known: dict[str, Passage]


@dataclass(slots=True)
class _Cuts:
    """How many answers about one portion were cut off."""

    count: int = 0


def _shown(work: Generator[Progress, None, T]) -> Generator[PartRead, None, T]:
    """The work, with its progress as events."""
    with closing(work):
        while True:
            try:
                progress = next(work)
            except StopIteration as stopped:
                made: T = stopped.value
                return made
            yield PartRead(progress.done, progress.total, progress.tokens)


def _writable(value: object) -> Scalar | None:
    """A value as a record can hold it: no halves of characters, no number beyond 64 bits."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value if isinstance(value, bool) else None
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < LARGEST_INTEGER else value
        return value if math.isfinite(value) else None
    return value if abs(value) < LARGEST_INTEGER else None


def _decoded(text: str) -> object:
    """What JSON says; None where it is none, or something that JSON has no word for."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> None:
    raise ValueError(name)
