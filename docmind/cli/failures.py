"""Naming the inputs that cannot be read: on stderr, and in the exit code if those are all.

A module of its own because `docmind open` says it too, and needs nothing else of what lays
documents onto a desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmind.errors import DocmindError, InputError

if TYPE_CHECKING:
    from docmind.cli.diagnostics import Talk


def tell_failures(failures: Sequence[DocmindError], talk: Talk, *, all_failed: bool) -> None:
    """Name the inputs that failed. Raises InputError, with its exit code, if those are all."""
    if all_failed and len(failures) == 1:
        raise failures[0]
    for failure in failures:
        talk.error(str(failure), failure.hint)
    if all_failed:
        raise InputError(f"None of the {len(failures)} inputs can be read.")
