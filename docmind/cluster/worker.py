"""What runs in a process of the cluster: it makes results, one file at a time.

One at a time, so that it is known which file ended a process that ends. What goes wrong is told as
a value: an exception that Ray carries is another one when it arrives.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass

from docmind.batch.inputs import Input
from docmind.batch.making import Made, Make, MakeEvent

_TELL_SECONDS = 0.5

Opened = Callable[[], AbstractContextManager[Make]]
"""What sets a process up to make results. It is sent there, so it has to be picklable."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing was made, and why."""

    error: Exception


class Worker:
    """Makes results of files; an actor of Ray."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._held = ExitStack()
        self._make: Make | None = None

    def prepare(self) -> Exception | None:
        """Get ready for the first file; why that is not possible, if so."""
        try:
            self._make = self._held.enter_context(self._opened())
        except Exception as error:  # noqa: BLE001 - told to the one who asked
            return _portable(error)
        return None

    def make(self, found: Input) -> Iterator[MakeEvent | Failed]:
        """See `docmind.batch.making.Make`; how far it is, is told twice a second."""
        assert self._make is not None
        told = 0.0
        try:
            with closing(self._make(found)) as events:
                for event in events:
                    now = time.monotonic()
                    if isinstance(event, Made) or now - told >= _TELL_SECONDS:
                        told = now
                        yield event
        except Exception as error:  # noqa: BLE001 - told to the one who asked
            yield Failed(_portable(error))


def _portable(error: Exception) -> Exception:
    """The error as it can be sent, without what it came from."""
    try:
        copy: Exception = pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - a foreign exception may refuse in any way
        return RuntimeError(f"{type(error).__name__}: {error}")
    return copy
