"""Language models: what they are asked, what they say, and where one comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from docmind.errors import EngineError
from docmind.model import EngineName


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a chat; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class CitationTags:
    """A grammar: once `begin` is written, only what `pattern` matches may follow, then `end`.

    `pattern` is a regular expression of what exists; the text around the tags is free.
    """

    begin: str
    pattern: str
    end: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a model is asked for. Without `max_output_tokens` the engine's window is the limit.

    `background` has the lowest priority, and gives way to everything else. `json_schema` is a
    JSON Schema, written out, that the whole answer must be valid against; citations and a schema
    exclude each other.
    """

    messages: tuple[ChatMessage, ...]
    max_output_tokens: int
    temperature: float
    top_p: float
    citations: CitationTags | None = None
    background: bool = False
    json_schema: str | None = None


@dataclass(frozen=True, slots=True)
class ChatWaiting:
    """Nothing has come for a moment; told several times a second, so that one can cancel."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ChatText:
    """More of what the model writes."""

    text: str


WITHHELD = "withheld"
"""Why an answer ended of which a server's filter let not everything through."""


@dataclass(frozen=True, slots=True)
class ChatFinished:
    """The model has ended: "stop", or why it said less than it wanted to.

    That is "length" where it ran into a limit, WITHHELD where its server kept back what it wrote,
    "loops" where docmind stopped it (`docmind.answers.repetition`), and "" where nobody told.
    Counts are the server's own; None where it does not tell.
    """

    reason: str
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None


ChatEvent = ChatWaiting | ChatText | ChatFinished


class ChatEngine(Protocol):
    """A language model behind a server."""

    @property
    def name(self) -> EngineName:
        """What the ledger calls it."""
        ...

    @property
    def window_tokens(self) -> int:
        """Prompt and answer together may have this many tokens."""
        ...

    @property
    def constrains(self) -> bool:
        """Whether it honours CitationTags; where not, ids are checked after the fact."""
        ...

    @property
    def shapes(self) -> bool:
        """Whether it honours `json_schema`; where not, what it writes is checked all the same."""
        ...

    @property
    def tokenizer(self) -> str:
        """What counts its tokens, for the ledger."""
        ...

    @property
    def estimates(self) -> bool:
        """Whether `count` is an estimate, because the server's tokenizer is not known."""
        ...

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt that these messages become, template and all."""
        ...

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """Ask; ends with ChatFinished. Closing the iterator aborts generation on the server.

        Raises an EngineError, also in the middle.
        """
        ...


class EnginePhase(StrEnum):
    """How far the language model is."""

    NONE = "none"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EngineState:
    """How far the language model is, and why; `progress` is a share, None where nobody knows."""

    phase: EnginePhase
    note: str
    progress: float | None = None
    error: EngineError | None = None


class EngineSource(Protocol):
    """Where a language model comes from, if there is one: a server that is found or managed."""

    @property
    def state(self) -> EngineState:
        """How far it is at this moment; costs nothing."""
        ...

    def engine(self) -> ChatEngine | None:
        """The engine where it is ready, else None; never waits for one that is loading."""
        ...
