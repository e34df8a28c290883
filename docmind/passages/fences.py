"""Source code inside Markdown."""

from __future__ import annotations

import re

_BACKTICKS = re.compile(r"`+")
_SHORTEST = 3


def fence_for(text: str) -> str:
    """Backticks that begin and end a block of this text, more of them than it has in a row."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    return "`" * max(_SHORTEST, longest + 1)


def fenced(text: str) -> str:
    """The text as a block of Markdown that nothing in it can close."""
    fence = fence_for(text)
    return f"{fence}\n{text}\n{fence}"
