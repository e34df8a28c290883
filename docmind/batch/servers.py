"""Language models that share the work of a batch.

A document always asks the same server first, by its content: the parts of a document have their
beginning in common, and only there it is in the prefix cache. Another is asked where that one
cannot answer now. Nobody waits here: whoever asked does (`docmind.answers.patience`).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from docmind.batch.transient import is_transient
from docmind.errors import EngineError, ServerBusy
from docmind.model import EngineName
from docmind.ports import ChatEngine, ChatEvent, ChatMessage, ChatRequest, ChatText

_AVOIDED_SECONDS = 30.0


@dataclass(slots=True)
class Servers:
    """The servers of a batch, each with the address that it is known by."""

    engines: Sequence[tuple[str, ChatEngine]]
    clock: Callable[[], float] = time.monotonic
    _avoided: dict[str, float] = field(default_factory=dict)

    def for_document(self, sha256: str) -> SharingEngine:
        """The servers as one, for this document; the same first for each of its parts."""
        return SharingEngine(self, sha256)

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


class SharingEngine:
    """A ChatEngine that asks another server where one has not begun to answer."""

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
        """Ask; see `docmind.ports.ChatEngine`. Raises what the busiest of them says."""
        failed: list[EngineError] = []
        for name, engine in self._servers.order(self._sha256):
            error = yield from self._asked(name, engine, request)
            if error is None:
                return
            failed.append(error)
        raise next((each for each in failed if isinstance(each, ServerBusy)), failed[0])

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
            if not isinstance(error, ServerBusy):
                self._servers.avoid(name)
            if begun or not is_transient(error):
                raise
            return error
        return None
