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

_LONG_CHARACTERS = 4_000
_LONG_KEPT = 64
"""How many long messages are remembered: by hash, so they take no memory to speak of."""

_OPENING = "<|im_start|>assistant\n"
"""Where the model begins to write."""


def sendable(text: str) -> str:
    """The text without halves of characters, which no server takes; they are counted so, too."""
    try:
        text.encode()  # much faster than a search, and a document has none as a rule
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


class ChatCounter:
    """Counts the prompt that messages become. `counter` counts plain text, and may remember.

    Messages are counted one by one, since control tokens stand between them, and those that are
    long are remembered: of all that is sent for a question, only its end is new.
    """

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter
        self._long: dict[tuple[str, int, int], int] = {}

    @property
    def name(self) -> str:
        """That of the counter behind it."""
        return self._counter.name

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt, template and the opening of the answer included."""
        if not messages or messages[0].role != "system":
            messages = (ChatMessage("system", _DEFAULT_SYSTEM), *messages)
        return sum(map(self._message, messages)) + self._text(_OPENING)

    def _message(self, message: ChatMessage) -> int:
        """Tokens of a message as the model's chat template writes it."""
        if len(message.content) < _LONG_CHARACTERS:
            return self._text(_turn(message))
        key = (message.role, len(message.content), hash(message.content))
        known = self._long.get(key)
        if known is None:
            known = self._text(_turn(message))
            if len(self._long) >= _LONG_KEPT:
                self._long.clear()
            self._long[key] = known
        return known

    def _text(self, text: str) -> int:
        """Tokens of a text with its control tokens."""
        total = 0
        end = 0
        for control in _CONTROL.finditer(text):
            total += self._plain(text[end : control.start()]) + 1
            end = control.end()
        return total + self._plain(text[end:])

    def _plain(self, text: str) -> int:
        return sum(map(self._counter.count, pieces(text)))


def _turn(message: ChatMessage) -> str:
    return f"<|im_start|>{message.role}\n{sendable(message.content)}<|im_end|>\n"


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
