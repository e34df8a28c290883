"""A model that is asked of many parts at once, some of which may fail, and what it is shown."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from docmind.errors import EngineError
from docmind.ports import ChatEvent, ChatRequest
from tests.fakes import FakeChatEngine

_PASSAGE = re.compile(r"¶([A-Z]+[\d-]+)\n((?:¶[a-z].*\n(?:[^¶].*\n)*)+)")


def passages(prompt: str) -> Iterator[tuple[str, str]]:
    """The passages of a prompt with their ids."""
    for tag, body in _PASSAGE.findall(prompt):
        for letter, text in re.findall(r"¶([a-z])[ \n](.*)", body):
            yield tag + letter, text


@dataclass
class PartsEngine(FakeChatEngine):
    """A FakeChatEngine whose parts may fail: `fails` gets each prompt."""

    fails: Callable[[str], EngineError | None] = lambda prompt: None
    lengths: Callable[[str], bool] = lambda prompt: False
    running: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stream(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """As the script says, unless it fails."""
        prompt = "\n".join(message.content for message in request.messages)
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            if error := self.fails(prompt):
                raise error
            own = replace(self, reason="length" if self.lengths(prompt) else self.reason)
            try:
                yield from own.plain(request)
            finally:
                self.closed = max(self.closed, own.closed)
        finally:
            with self.lock:
                self.running -= 1

    def plain(self, request: ChatRequest) -> Iterator[ChatEvent]:
        """The script, as every FakeChatEngine does it."""
        return super().stream(request)
