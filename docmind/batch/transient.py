"""Which failures pass: what waiting may mend, and what it does not.

A request that the server refuses as it stands (too long, no such model, no key) is refused again.
"""

from __future__ import annotations

from docmind.errors import ServerBusy, ServerDied, ServerUnreachable


def is_transient(error: Exception) -> bool:
    """Whether the same may well succeed in a while."""
    return isinstance(error, ServerBusy | ServerDied | ServerUnreachable)


def is_gone(error: Exception) -> bool:
    """Whether what failed fails for every other document too."""
    return isinstance(error, ServerDied | ServerUnreachable)
