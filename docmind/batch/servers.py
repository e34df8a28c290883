"""Language models that share the work of a batch, and patience with them.

A document always asks the same server first, by its content: the parts of a document have their
beginning in common, and only there it is in the prefix cache. What is asked again is what was not
begun to be answered; an answer that breaks off is the affair of who reads it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from docmind.batch.transient import is_transient, pause
from docmind.errors import EngineError, ServerBusy
from docmind.model import EngineName
from docmind.ports import ChatEngine, ChatEvent, ChatMessage, ChatRequest, ChatText, ChatWaiting

WAITS_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_AVOIDED_SECONDS = 30.0


@dataclass(slots=True)
class Servers:
    """The servers of a batch, each with the address that it is known by."""

    engines: Sequence[tuple[str, ChatEngine]]
    waits_seconds: Sequence[float] = WAITS_SECONDS
    clock: Callable[[], float] = time.monotonic
    _avoided: dict[str, float] = field(default_factory=dict)

    def for_document(self, sha256: str) -> PatientEngine:
        """The servers as one, for this document; the same first for each of its parts."""
        return PatientEngine(self, sha256)

    def order(self, sha256: str) -> list[tuple[str, ChatEngine]]:
        """The servers, those that answer before those that lately did not."""

        def rank(server: tuple[str, ChatEngine]) -> tuple[bool, bytes]:
            name, _ = server
            mixed = hashlib.sha256(f"{name}\0{sha256}".encode()).digest()
            return self._avoided.get(name, 0.0) > self.clock(), mixed

        return sorted(self.engines, key=rank)

    def avoid(self, name: str) -> None:
        """Ask the others first for a while."""
        self._avoided[name] = self.clock() + _AVOIDED_SECONDS


class PatientEngine:
    """A ChatEngine that tries again, elsewhere or later, what no server has begun to answer."""

    def __init__(self, servers: Servers, sha256: str) -> None:
        self._servers = servers
        self._sha256 = sha256
        _, self._first = servers.order(sha256)[0]

    @property
    def name(self) -> EngineName:
        """That of the server which is asked first."""
        return self._first.name

    @property
    def window_tokens(self) -> int:
        """What every one of the servers can read."""
        return min(engine.window_tokens for _, engine in self._servers.engines)

    @property
    def constrains(self) -> bool:
        """Whether all of them honour CitationTags."""
        return all(engine.constrains for _, engine in self._servers.engines)

    @property
    def shapes(self) -> bool:
        """Whether all of them honour `json_schema`."""
        return all(engine.shapes for _, engine in self._servers.engines)

    @property
    def tokenizer(self) -> str:
        """What counts."""
        return self._first.tokenizer

    @property
    def estimates(self) -> bool:
        """Whether what counts estimates."""
        return self._first.estimates

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt that these messages become."""
        return self._first.count(messages)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """Ask; see `docmind.ports.ChatEngine`."""
        waits = iter(self._servers.waits_seconds)
        while True:
            error: EngineError | None = None
            for name, engine in self._servers.order(self._sha256):
                error = yield from self._asked(name, engine, request)
                if error is None:
                    return
            wait = next(waits, None)
            if wait is None and error is not None:
                raise error
            for _ in pause(wait or 0.0):
                yield ChatWaiting(0.0)

    def _asked(
        self, name: str, engine: ChatEngine, request: ChatRequest
    ) -> Generator[ChatEvent, None, EngineError | None]:
        """Ask one server; the error, where it may pass and nothing of an answer has come."""
        begun = False
        try:
            with closing(engine.stream(request)) as events:  # type: ignore[type-var]
                for event in events:
                    begun = begun or isinstance(event, ChatText)
                    yield event
        except EngineError as error:
            if begun or not is_transient(error):
                raise
            if not isinstance(error, ServerBusy):
                self._servers.avoid(name)
            return error
        return None
