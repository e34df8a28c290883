"""Small working stand-ins for what the core asks of the outside.

Each is held to the same contract tests as the real adapter (tests/contracts).
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from docmind.errors import EngineError, LibraryError
from docmind.model import EngineName
from docmind.ports import (
    ChatEvent,
    ChatFinished,
    ChatMessage,
    ChatRequest,
    ChatText,
    ChatWaiting,
    EnginePhase,
    EngineState,
)

if TYPE_CHECKING:
    from docmind.ports import Vectors

DIMENSIONS = 256


class FakeEmbedder:
    """Counts words into hashed places: texts that share words are close, and nothing is loaded."""

    model = "hashed-words"

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self._closed = False

    @property
    def ready(self) -> bool:
        """Always, until it is closed."""
        return not self._closed

    def reads(self, text: str) -> bool:
        """Whether there are more Latin letters than others."""
        letters = [character for character in text if character.isalpha()]
        return sum(not each.isascii() for each in letters) * 2 <= len(letters)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text."""
        if self._closed:
            raise EngineError("the embedder is closed")
        self.embedded.extend(texts)
        rows = np.zeros((len(texts), DIMENSIONS if texts else 0), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
                row[zlib.crc32(word.encode()) % DIMENSIONS] += 1
            row /= np.linalg.norm(row)
        return rows

    def embed_query(self, query: str) -> Vectors:
        """As any other text."""
        vector: Vectors = self.embed([query])[0]
        return vector

    def close(self) -> None:
        """From now on `embed` fails."""
        self._closed = True


@dataclass
class FakeChatEngine:
    """Writes what its script says, a few characters at a time, and remembers what it was asked.

    `script` makes the text from the prompt. With `fails_after` characters it raises `error`;
    `gate` stands before the first text. Like a server, it keeps the prompt that it read last, and
    tells how much of the next one was the same.
    """

    script: Callable[[str], str] = lambda prompt: ""
    window_tokens: int = 32_768
    constrains: bool = True
    shapes: bool = True
    estimates: bool = False
    reason: str = "stop"
    error: EngineError | None = None
    fails_after: int = 0
    gate: threading.Event | None = None
    requests: list[ChatRequest] = field(default_factory=list)
    closed: int = 0
    tokenizer: str = "words"
    _read: str = ""

    @property
    def name(self) -> EngineName:
        """A model's name, so that answers count as written."""
        return EngineName("fake", "words")

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Words, and three for each message's template."""
        return 3 + sum(3 + len(message.content.split()) for message in messages)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """The scripted answer, in pieces of three characters."""
        self.requests.append(request)
        prompt = "\n".join(message.content for message in request.messages)
        ended = False
        try:
            yield ChatWaiting(0.2)
            while self.gate is not None and not self.gate.wait(0.01):
                yield ChatWaiting(0.2)
            text = self.script(prompt)
            for start in range(0, len(text), 3):
                if self.error is not None and start >= self.fails_after:
                    raise self.error
                yield ChatText(text[start : start + 3])
            if self.error is not None:
                raise self.error
            ended = True
            yield self._finished(request, prompt, text)
        finally:
            self.closed += not ended

    def _finished(self, request: ChatRequest, prompt: str, text: str) -> ChatFinished:
        same = next(
            (at for at, (a, b) in enumerate(zip(prompt, self._read, strict=False)) if a != b),
            min(len(prompt), len(self._read)),
        )
        self._read = prompt
        return ChatFinished(
            self.reason,
            self.count(request.messages),
            len(prompt[:same].split()),
            len(text.split()),
        )


@dataclass
class FakeEngines:
    """An EngineSource whose engine is there when the test says so."""

    chat: FakeChatEngine | None = None
    state: EngineState = field(default_factory=lambda: EngineState(EnginePhase.READY, "ready"))

    def engine(self) -> FakeChatEngine | None:
        """The engine, where the state is ready."""
        return self.chat if self.state.phase is EnginePhase.READY else None


class FakeVectors:
    """Every vector in memory, compared with every query."""

    def __init__(self) -> None:
        self.collections: dict[str, dict[str, Vectors]] = {}
        self.damaged = False

    def put(self, collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep these vectors."""
        self._check()
        self.collections.setdefault(collection, {}).update(zip(keys, vectors, strict=True))

    def remove(self, collection: str, keys: Sequence[str]) -> None:
        """Forget these keys."""
        self._check()
        for key in keys:
            self.collections.get(collection, {}).pop(key, None)

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Keys and cosines, best first."""
        self._check()
        cosines = [
            (key, float(row @ vector)) for key, row in self.collections.get(collection, {}).items()
        ]
        return sorted(cosines, key=lambda each: -each[1])[:limit]

    def count(self, collection: str) -> int:
        """How many there are."""
        self._check()
        return len(self.collections.get(collection, {}))

    def reopen(self) -> None:
        """There are no other processes."""

    def drop(self, collection: str) -> None:
        """Forget a collection."""
        self.collections.pop(collection, None)

    def clear(self, prefix: str) -> None:
        """Forget the collections whose names begin so, and be whole again."""
        self.damaged = False
        for name in [each for each in self.collections if each.startswith(prefix)]:
            self.drop(name)

    def close(self) -> None:
        """Nothing is open."""

    def _check(self) -> None:
        if self.damaged:
            raise LibraryError("The vectors are damaged.", "docmind sync --rebuild")
