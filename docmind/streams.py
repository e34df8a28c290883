"""Gives stdin and stderr a place where the shell closed them (`<&-`, `2>&-`); and NO_COLOR.

Python has None for a closed stream, and the first file that is opened gets its number: then talk
would be written into that file. stdout stays None, because results that nobody can get are an
error, and the command says so. Nothing may be imported here that costs: every run passes here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


def without_colour(environment: Mapping[str, str]) -> bool:
    """Whether colours are not wanted: NO_COLOR is set, and not empty (no-color.org)."""
    return bool(environment.get("NO_COLOR"))


def replace_closed_streams() -> None:
    """Make a closed stdin an empty one, and let what is said on a closed stderr be lost."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # the lowest that is free
        os.set_inheritable(number, True)  # noqa: FBT003 - takes no name
    os.close(number)
    if sys.stdin is None:
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
