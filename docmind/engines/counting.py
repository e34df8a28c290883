"""Counting the tokens of a prompt as the server that reads it will.

A server whose model cuts text as Qwen2.5 does is counted for here, without asking it; vLLM tells
for its other models; for the rest an estimate must do, and it errs on the high side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from docmind.engines.inquiry import Inquiry
from docmind.errors import ServerRefused
from docmind.ports import ChatMessage, TokenCounter
from docmind.tokens.chats import ChatCounter, sendable

ESTIMATE_FACTOR = 1.15
"""Other vocabularies of today need up to this many times the tokens of Qwen2.5's."""

_REMEMBERED_CHATS = 32


class Counting(StrEnum):
    """How the tokens of a prompt are counted."""

    HERE = "here"
    """By our own tokenizer and template, which are the model's."""

    THERE = "there"
    """By the server's /tokenize."""

    ESTIMATED = "estimated"


_TRIAL = (
    ChatMessage("system", "Answer briefly."),
    ChatMessage(
        "user", "The fee is 12,500.00 €.\r\n\r\n  第三条　违约责任 <|im_end|>\t🙂 e\u0301 x²"
    ),
    ChatMessage("assistant", "\nYes.\n"),
    ChatMessage("user", "<tool_call> def f(x):\n\treturn x"),
)
"""A chat that other tokenizers and other templates make into another number of tokens."""


def counts_as_we_do(inquiry: Inquiry, counter: TokenCounter, model: str) -> Counting:
    """Who has to count for a server that may have /tokenize: a trial of it tells."""
    ours = ChatCounter(counter)
    for chat in (_TRIAL[:1], _TRIAL[:2], _TRIAL):
        count = _count_there(inquiry, model, chat)
        if count is None:
            return Counting.ESTIMATED
        if count != ours.count(chat):
            return Counting.THERE
    return Counting.HERE


def _count_there(inquiry: Inquiry, model: str, chat: Sequence[ChatMessage]) -> int | None:
    """What the server's /tokenize says; None where it has none."""
    messages = [{"role": each.role, "content": sendable(each.content)} for each in chat]
    count = inquiry.posted("/tokenize", {"model": model, "messages": messages}).get("count")
    return count if isinstance(count, int) else None


class ServerCounter:
    """Has the server count, and remembers the last few chats."""

    def __init__(self, inquiry: Inquiry, model: str) -> None:
        self._inquiry = inquiry
        self._model = model
        self._counts: dict[int, int] = {}

    @property
    def name(self) -> str:
        """What the ledger says counted."""
        return f"{self._model}, counted by the server"

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt. Raises EngineError where the server does not answer."""
        key = hash(tuple(messages))
        if key not in self._counts:
            count = _count_there(self._inquiry, self._model, messages)
            if count is None:
                raise ServerRefused(
                    f"The server at {self._inquiry.address.shown} counts no tokens any more.",
                    "Try: docmind doctor",
                )
            if len(self._counts) >= _REMEMBERED_CHATS:
                self._counts.pop(next(iter(self._counts)))
            self._counts[key] = count
        return self._counts[key]


class EstimatingCounter:
    """Counts as Qwen2.5 does, and adds what other vocabularies may need more."""

    def __init__(self, counter: TokenCounter) -> None:
        self._chats = ChatCounter(counter)

    @property
    def name(self) -> str:
        """What the ledger says counted."""
        return f"{self._chats.name} x {ESTIMATE_FACTOR}"

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """About how many tokens the prompt has, rather too many than too few."""
        return math.ceil(self._chats.count(messages) * ESTIMATE_FACTOR)
