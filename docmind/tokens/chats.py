"""Counting chats as Qwen2.5 reads them: exactly what its server reports as prompt tokens.

Control tokens are found before anything else, as the model's tokenizer finds them, because what is
counted must be what is sent: text that has one written out costs one token here, where
`QwenTokenCounter` counts its letters. Long texts are counted in pieces that are remembered, so
that a document which stands before every question is counted once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docmind.ports import ChatMessage, TokenCounter
from docmind.tokens.qwen import SPECIAL_TOKENS

_DEFAULT_SYSTEM = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
"""What the model's template puts first where a chat has no system message."""

_CONTROL = re.compile("|".join(map(re.escape, SPECIAL_TOKENS)))
_SURROGATE = re.compile("[\ud800-\udfff]")
_CUT = re.compile(r"[\r\n](?=\S)")
"""Tokens never reach over the end of a line that is followed by no white space."""

_PIECE_CHARACTERS = 2_000


def sendable(text: str) -> str:
    """The text without halves of characters, which no server takes; they are counted so, too."""
    return _SURROGATE.sub("\ufffd", text)


class ChatCounter:
    """Counts the prompt that messages become. `counter` counts plain text, and may remember."""

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter

    @property
    def name(self) -> str:
        """That of the counter behind it."""
        return self._counter.name

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt, template and the opening of the answer included."""
        total = 0
        end = 0
        text = _rendered(messages)
        for control in _CONTROL.finditer(text):
            total += self._plain(text[end : control.start()]) + 1
            end = control.end()
        return total + self._plain(text[end:])

    def _plain(self, text: str) -> int:
        return sum(map(self._counter.count, pieces(text)))


def _rendered(messages: Sequence[ChatMessage]) -> str:
    """The prompt, as the model's chat template writes it."""
    if not messages or messages[0].role != "system":
        messages = (ChatMessage("system", _DEFAULT_SYSTEM), *messages)
    turns = [f"<|im_start|>{each.role}\n{sendable(each.content)}<|im_end|>\n" for each in messages]
    return "".join(turns) + "<|im_start|>assistant\n"


def pieces(text: str) -> Iterator[str]:
    """The text, cut so that the tokens of the pieces are those of the whole.

    Where it is cut depends on what stands before only: a longer text begins with the same pieces.
    """
    start = 0
    while cut := _CUT.search(text, start + _PIECE_CHARACTERS):
        yield text[start : cut.end()]
        start = cut.end()
    if start < len(text):
        yield text[start:]
