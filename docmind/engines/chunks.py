"""The events of a streamed chat, taken one by one, and the answer that they add up to."""

from __future__ import annotations

from typing import Any

import msgspec

from docmind.engines.address import Address
from docmind.engines.refusals import died, refusal_in_stream
from docmind.ports import WITHHELD, ChatFinished

_BROKEN = ("abort", "error")
"""Reasons to end that mean that the server gave up."""

_REASONS = {"length": "length", "content_filter": WITHHELD}
"""Those by which something is missing; servers have many words for the others."""


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Details(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Chunk(msgspec.Struct):
    """One event of the stream, as far as we look at it."""

    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


class StreamedAnswer:
    """What has come of one answer from the server at `address`."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._usage = _Usage()
        self._reason = ""
        self.over = False
        self.begun = False

    @property
    def prompt_tokens(self) -> int:
        """What the server says that it read; 0 where it has not said it."""
        return self._usage.prompt_tokens or 0

    def take(self, data: str) -> str:
        """The text that one event brings. Raises EngineError where it brings bad news."""
        self.begun = True
        if data.strip() == "[DONE]":
            self.over = True
            return ""
        try:
            chunk = msgspec.json.decode(data, type=_Chunk)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise died(self._address, f"it sent {data[:80]!r}") from error
        if chunk.error is not None:
            raise refusal_in_stream(chunk.error, self._address)
        self._usage = chunk.usage or self._usage
        for choice in chunk.choices[:1]:
            self._reason = choice.finish_reason or self._reason
            return choice.delta.content or ""
        return ""

    def finished(self) -> ChatFinished:
        """How it ended. Raises ServerDied where the server gave no end, or gave up."""
        if not self._reason or self._reason in _BROKEN:
            why = f"the answer ended with {self._reason!r}" if self._reason else ""
            raise died(self._address, why)
        details = self._usage.prompt_tokens_details
        return ChatFinished(
            _REASONS.get(self._reason, "stop"),
            self._usage.prompt_tokens,
            details.cached_tokens if details else None,
            self._usage.completion_tokens,
        )
