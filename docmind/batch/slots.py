"""So many at once, and not more: parsers for the cores, documents for the server.

Work waits as an iterator does, so that who waits can be told to stop.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from docmind.batch.transient import Working

_STEP_SECONDS = 0.2


class Slots:
    """Places of which each is held by one at a time."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)

    def wait(self) -> Iterator[Working]:
        """Have a place at the end; tells several times a second that there is none yet."""
        while not self._free.acquire(timeout=_STEP_SECONDS):
            yield Working()

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()
