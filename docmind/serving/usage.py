"""Whether anybody uses the server: living clients, requests under way, tokens that were counted.

A client is a file named by a process id. Nobody has to remove it: a process that is gone, or whose
number has become another's, counts as no client.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from docmind.serving.probe import Probe
from docmind.serving.processes import born, is_alive

_COUNTERS = ("prompt_tokens", "generation_tokens")
_QUEUES = ("num_requests_running", "num_requests_waiting")


@contextmanager
def client(folder: Path) -> Iterator[None]:
    """While this is open, this process has the server in use. Never fails: it is a courtesy."""
    file = folder / f"{os.getpid()}-{uuid4().hex[:8]}"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(born(os.getpid()) or "", encoding="ascii")
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def clients(folder: Path) -> int:
    """How many living clients there are; forgets those that are gone."""
    living = 0
    with suppress(OSError):
        for file in list(folder.iterdir()):
            pid = file.name.partition("-")[0]
            with suppress(OSError):
                if pid.isdecimal() and is_alive(int(pid), file.read_text(encoding="ascii")):
                    living += 1
                else:
                    file.unlink()
    return living


class Usage:
    """Remembers when the server was used last."""

    def __init__(
        self, folder: Path, probe: Probe, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._probe, self._clock = folder, probe, clock
        self._counted: tuple[float, ...] = ()
        self._last = clock()

    def idle_seconds(self) -> float:
        """For how long nobody has used it."""
        metrics = self._probe.metrics()
        counted = tuple(metrics.get(name, 0.0) for name in _COUNTERS)
        busy = any(metrics.get(name, 0.0) for name in _QUEUES)
        if busy or (metrics and counted != self._counted) or clients(self._folder):
            self._last = self._clock()
        if metrics:
            self._counted = counted
        return self._clock() - self._last
