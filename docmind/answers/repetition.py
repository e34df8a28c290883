"""Whether a model has begun to say the same thing over and over.

Small models, and large ones near the end of their window, fall into a loop that only the longest
output ends: minutes of the same sentence. The rule looks at characters, not at meaning, and at
exact repetition only: rows of a table and items of a list resemble each other and are no loop.
"""

from __future__ import annotations

import re

LOOPS = "loops"
"""Why a stream ended that was closed because of this."""

_SEEN_CHARACTERS = 2_400
"""How far back it looks; what repeats after more than a quarter of that is not noticed."""

_LEAST_TIMES = 4
_LEAST_CHARACTERS = 240
"""What is short is said four times for a reason ("no | no | no | no")."""

_STEP_CHARACTERS = 80
_ITEM_NUMBER = re.compile(r"^(\s*)\d+([.)] )", re.MULTILINE)


def loop_start(text: str) -> int | None:
    """Where `text` begins to repeat what stands right before; None where its end is no loop.

    The end of the first of the repeated pieces, as an offset into `text`. A list whose items
    differ in nothing but their numbers is a loop too.
    """
    tail = _ITEM_NUMBER.sub(_same_length, text[-_SEEN_CHARACTERS:])
    length, period = _periodic_end(tail)
    unit = tail[len(tail) - period :]
    if length < max(_LEAST_CHARACTERS, _LEAST_TIMES * period) or not _has_words(unit):
        return None
    return len(text) - length + period


def _same_length(number: re.Match[str]) -> str:
    """A list item's number, by something that is the same for all of its length."""
    return number[1] + "0" * (len(number[0]) - len(number[1]) - 2) + number[2]


def _periodic_end(text: str) -> tuple[int, int]:
    """The longest end of `text` that repeats a piece `_LEAST_TIMES` times, and the piece's length.

    (0, 1) where there is none. By the prefix function of Knuth, Morris and Pratt over the reversed
    text: its first i characters have the period i - borders[i].
    """
    backwards = text[::-1]
    borders = [0] * (len(backwards) + 1)
    best, period, border = 0, 1, 0
    for size in range(2, len(backwards) + 1):
        while border and backwards[border] != backwards[size - 1]:
            border = borders[border]
        border += backwards[border] == backwards[size - 1]
        borders[size] = border
        if size >= _LEAST_TIMES * (size - border):
            best, period = size, size - border
    return best, period


def _has_words(piece: str) -> bool:
    """Whether there is a letter in it: rules of a table and rows of dots may be long."""
    return any(character.isalpha() for character in piece)


class LoopWatch:
    """Looks at a text that grows, now and then."""

    def __init__(self) -> None:
        self._next = _LEAST_CHARACTERS

    def start(self, text: str) -> int | None:
        """As `loop_start`, but None also where too little was added since the last look."""
        if len(text) < self._next:
            return None
        self._next = len(text) + _STEP_CHARACTERS
        return loop_start(text)
