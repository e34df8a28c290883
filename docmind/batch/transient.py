"""Which failures pass, and which are those of every document.

A request that the server refuses as it stands (too long, no such model, no key) is refused again.
What passes is waited for by who asks a model (`docmind.answers.patience`), and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

from docmind.errors import ClusterError, ServerBusy, ServerDied, ServerUnreachable


@dataclass(frozen=True, slots=True)
class Working:
    """How far a file is: so many of its parts are done, so many tokens read and written."""

    done: int = 0
    total: int = 0
    tokens: int = 0


def is_transient(error: Exception) -> bool:
    """Whether the same may well succeed in a while."""
    return isinstance(error, ServerBusy | ServerDied | ServerUnreachable)


def is_gone(error: Exception) -> bool:
    """Whether what failed fails for every other document too."""
    return isinstance(error, ServerDied | ServerUnreachable | ClusterError)
