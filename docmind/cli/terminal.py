"""What the terminal at the other end of a stream can show."""

from __future__ import annotations

import os
from typing import TextIO

from docmind.streams import without_colour


def wants_colour(stream: TextIO) -> bool:
    """Whether colours may be written: a terminal, and no wish to the contrary (NO_COLOR)."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        return False
    return not without_colour(os.environ)
