"""Asking once more where a server has too much to do: the only place that does so.

Nothing around it waits as well, or waiting multiplies: what is one minute here was half an hour
when three places had a minute each. All requests that wait share one deadline, and whatever is
written moves it, so that one of many is not given up because others come first. Only a request
that broke off waits for whole answers: its own words are no sign that it will ever end.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from docmind.errors import EngineError, ServerBusy, ServerDied, ServerUnreachable

_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 30.0
_SPREAD = 0.5
"""What of a pause is left to chance, so that those who wait do not all come back at once."""


@dataclass(frozen=True, slots=True)
class Patience:
    """What is asked once more, and for how long after the last sign of life."""

    seconds: float = 60.0
    passing: tuple[type[EngineError], ...] = (ServerBusy,)


OF_A_BATCH = Patience(120.0, (ServerBusy, ServerDied, ServerUnreachable))
"""Nobody sits before a batch: it waits for a server that is started again, too.

Before a single document somebody does sit, and has the plain Patience.
"""


class Attempts:
    """The patience of some requests with one server; safe to use from several threads."""

    def __init__(
        self,
        patience: Patience,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._patience = patience
        self._clock = clock
        self._chance = chance
        self._lock = threading.Lock()
        self._silent_since: float | None = None
        self._unanswered_since: float | None = None

    def writes(self) -> None:
        """Something is being written: the server has too much to do, and does it."""
        with self._lock:
            self._silent_since = None

    def answered(self) -> None:
        """Something was answered, to its end: patience begins anew."""
        with self._lock:
            self._silent_since = self._unanswered_since = None

    def pause(self, error: EngineError, failures: int, *, broke_off: bool = False) -> float:
        """How many seconds to wait after so many failures of a request in a row.

        `broke_off`: it had been answered in part. Raises the error where it does not pass, or
        where patience has ended or would before the server wants to be asked again.
        """
        if not isinstance(error, self._patience.passing):
            raise error
        with self._lock:
            now = self._clock()
            if self._silent_since is None:
                self._silent_since = now
            if self._unanswered_since is None:
                self._unanswered_since = now
            since = self._unanswered_since if broke_off else self._silent_since
            left = since + self._patience.seconds - now
        asked_for = error.retry_after_seconds if isinstance(error, ServerBusy) else 0.0
        if left <= 0 or asked_for > left:
            raise error
        own: float = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** (failures - 1))
        own *= 1 - _SPREAD * self._chance()
        return min(max(own, asked_for), left)
