"""What has happened in answers, and nobody has looked at yet.

A model may write faster than a terminal can be drawn. So events are not messages of their own:
they gather here, and one message says that there are some. Whoever draws takes all of them at
once, as seldom as it likes.
"""

from __future__ import annotations

import threading

from docmind.answers.events import AnswerEvent

TurnEvent = tuple[int, AnswerEvent]
"""A turn's id, and what happened in it."""


class Outbox:
    """Filled by one thread, emptied by another."""

    def __init__(self) -> None:
        self._events: list[TurnEvent] = []
        self._told = False
        self._lock = threading.Lock()

    def put(self, turn: int, event: AnswerEvent) -> bool:
        """One more; true where the one who takes them does not know yet that there are any."""
        with self._lock:
            self._events.append((turn, event))
            first, self._told = not self._told, True
            return first

    def take(self) -> list[TurnEvent]:
        """All of them, oldest first."""
        with self._lock:
            events, self._events = self._events, []
            self._told = False
            return events
