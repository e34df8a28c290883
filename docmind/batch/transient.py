"""Which failures pass, and trying again where one does.

A request that the server refuses as it stands (too long, no such model, no key) is refused again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from docmind.errors import ClusterError, DocmindError, ServerBusy, ServerDied, ServerUnreachable

T = TypeVar("T")

_STEP_SECONDS = 0.2


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


def patiently(
    work: Callable[[], Generator[T, None, None]], waits_seconds: Sequence[float]
) -> Generator[T | Working, None, None]:
    """Do the work, and once more after each of these waits while what stops it may pass.

    Not where nothing answers: that was waited for by who asked (`docmind.batch.servers`).
    """
    waits = iter(waits_seconds)
    while True:
        try:
            yield from work()
        except DocmindError as error:
            wait = next(waits, None)
            if wait is None or not isinstance(error, ServerBusy | ServerDied):
                raise
        else:
            return
        yield from pause(wait)


def pause(seconds: float) -> Iterator[Working]:
    """Nothing, for so long; told several times a second, so that one can cancel."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        yield Working()
        threading.Event().wait(min(_STEP_SECONDS, left))
