"""A schema filled by a language model, one portion of the document after the other.

What it writes is held to a grammar, and checked all the same. An answer that is cut off is never
mended: the same is asked again in smaller pieces, of the text where a list may be long, else of
the schema; after a bounded number of such requests the extraction fails and says so.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from docmind.answers.writing import Writing
from docmind.context.parts import Portion
from docmind.errors import RecordCut
from docmind.model import Passage
from docmind.ports import ChatFinished, ChatRequest, ChatText
from docmind.summaries.events import PartRead
from docmind.summaries.evidence import Evidence
from docmind.summaries.filled import Filled, Scalar, merged
from docmind.summaries.grammar import Caps, grammar_of
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


@dataclass(slots=True)
class Used:
    """What the requests took, in tokens and seconds, as far as the server tells."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    first_token_seconds: float = 0.0
    estimated: bool = False

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.prompt_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next word is chosen, and the most that is written."""

    temperature: float
    top_p: float
    caps: Caps


class ModelRecord:
    """Asks a model for the values of one schema."""

    def __init__(
        self,
        plan: RecordPlan,
        writing: Writing,
        evidence: Evidence,
        sampling: Sampling,
        role: str = "",
    ) -> None:
        self.used = Used()
        self.notes: list[str] = []
        self._plan = plan
        self._writing = writing
        self._evidence = evidence
        self._sampling = sampling
        self._role = role
        self._done = 0
        self._cut = 0
        self._begun = time.monotonic()

    def filled(self, root: ObjectShape | ListShape) -> Generator[PartRead, None, Filled]:
        """Everything that the portions say, merged. Raises EngineError."""
        found: Filled = None
        for portion in self._plan.portions:
            yield self._told()
            self._cut = 0
            found = merged(found, (yield from self._read(portion, root)))
            self._done += 1
        yield self._told()
        return found

    def _told(self) -> PartRead:
        return PartRead(self._done, len(self._plan.portions), self.used.tokens)

    def _read(
        self, portion: Portion, shape: ObjectShape | ListShape
    ) -> Generator[PartRead, None, Filled]:
        """What one portion says of a shape; in smaller pieces where the answer is cut off."""
        text, finished = yield from self._asked(portion, shape)
        written = _decoded(text) if finished.reason == "stop" else None
        if isinstance(written, dict if isinstance(shape, ObjectShape) else list):
            return self._understood(shape, written, portion.known, "")
        self._cut += 1
        found: Filled = None
        for smaller in self._smaller(portion, shape, finished):
            found = merged(found, (yield from self._read(*smaller)))
        return found

    def _smaller(
        self, portion: Portion, shape: ObjectShape | ListShape, finished: ChatFinished
    ) -> list[tuple[Portion, ObjectShape | ListShape]]:
        """The same in two pieces."""
        pieces, fields = portion.halves(), halves_of(shape)
        if self._cut <= MOST_CUT:
            if len(pieces) > 1 and (has_lists(shape) or len(fields) < 2):
                return [(piece, shape) for piece in pieces]
            if len(fields) > 1:
                return [(portion, part) for part in fields]
        if finished.reason == "length":
            why = f"was cut off at {self._plan.output_tokens:,} tokens, in smaller pieces too"
        else:
            why = "is no JSON"
        raise RecordCut(
            f"What the model wrote {why}.",
            "Allow more (--max-output), give strings a maxLength and arrays a maxItems, or use a "
            "smaller schema.",
        )

    def _asked(
        self, portion: Portion, shape: ObjectShape | ListShape
    ) -> Generator[PartRead, None, tuple[str, ChatFinished]]:
        """One request, and what came of it."""
        engine, sampling = self._writing.engine, self._sampling
        messages = messages_for(portion, shape, self._role, whole=self._plan.whole)
        grammar = grammar_of(shape, portion.sheets, sampling.caps)
        request = ChatRequest(
            messages=messages,
            max_output_tokens=self._plan.output_tokens,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            json_schema=json.dumps(grammar, ensure_ascii=False) if engine.shapes else None,
        )
        pieces: list[str] = []
        finished = ChatFinished("")
        with closing(engine.stream(request)) as events:  # type: ignore[type-var]
            for event in events:
                if isinstance(event, ChatText):
                    pieces.append(event.text)
                    self._first_token()
                elif isinstance(event, ChatFinished):
                    finished = event
                yield self._told()
        text = "".join(pieces)
        self._count(request, text, finished)
        return text, finished

    def _first_token(self) -> None:
        if not self.used.first_token_seconds:
            self.used.first_token_seconds = time.monotonic() - self._begun

    def _count(self, request: ChatRequest, text: str, finished: ChatFinished) -> None:
        """Add what a request took; counted here where the server does not tell."""
        used, engine = self.used, self._writing.engine
        read, written = finished.prompt_tokens, finished.output_tokens
        used.prompt_tokens += engine.count(request.messages) if read is None else read
        used.output_tokens += self._writing.counter.count(text) if written is None else written
        used.cached_tokens += finished.cached_tokens or 0
        used.estimated |= written is None or (engine.estimates and read is None)

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
                items = self._sampling.caps.items
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
