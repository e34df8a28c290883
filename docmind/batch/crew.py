"""Threads that do the work of a batch, at most so many at once, and stop when told to.

Not an executor of the standard library: those wait, when a program ends, for what they have begun,
and a Ctrl-C has to end everything at once. The threads are daemons, look between two events
whether they are still wanted, and close what they iterate, which ends its requests and processes.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

T = TypeVar("T")
E = TypeVar("E")

_FAREWELL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A task is over; `error` is what ended it before its time."""

    error: Exception | None = None


class Crew(Generic[T, E]):
    """Works on tasks and tells what happens. One thread gives tasks and asks for news."""

    def __init__(self, work: Callable[[T], Generator[E, None, None]], size: int) -> None:
        self._work = work
        self._size = size
        self._threads: list[threading.Thread] = []
        self._todo: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[tuple[T, E | Ended]] = queue.SimpleQueue()
        self._dismissed = threading.Event()
        self._busy = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def busy(self) -> bool:
        """Whether a task is under way."""
        return self._busy > 0

    @property
    def is_full(self) -> bool:
        """Whether another task would have to wait."""
        return self._busy >= self._size

    def give(self, task: T) -> None:
        """Have it worked on."""
        self._busy += 1
        if len(self._threads) < min(self._busy, self._size):
            thread = threading.Thread(target=self._serve, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._todo.put(task)

    def news(self, *, wait: bool) -> Iterator[tuple[T, E | Ended]]:
        """What has happened; with `wait`, at least one thing."""
        try:
            task, event = self._told.get(block=wait)
            while True:
                self._busy -= isinstance(event, Ended)
                yield task, event
                task, event = self._told.get_nowait()
        except queue.Empty:
            return

    def close(self) -> None:
        """Stop all work, and wait a moment for it to have stopped; safe to call twice."""
        self._dismissed.set()
        for _ in self._threads:
            self._todo.put(None)
        deadline = time.monotonic() + _FAREWELL_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _serve(self) -> None:
        while (task := self._todo.get()) is not None and not self._dismissed.is_set():
            error: Exception | None = None
            try:
                self._do(task)
            except Exception as exc:  # noqa: BLE001 - told to the one who gave the task
                error = exc
            self._told.put((task, Ended(error)))

    def _do(self, task: T) -> None:
        with closing(self._work(task)) as events:
            for event in events:
                if self._dismissed.is_set():
                    return
                self._told.put((task, event))
