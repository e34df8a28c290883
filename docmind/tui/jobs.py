"""What the desk's thread is given to do, one after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from docmind.model import Document, Turn
from docmind.tui.request import Request

_Event = TypeVar("_Event")


@dataclass(frozen=True, slots=True)
class Question:
    """Answer this; `turn` names it in what is told."""

    turn: int
    request: Request


@dataclass(frozen=True, slots=True)
class Counted:
    """A document has so many tokens."""

    name: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was asked and answered in an earlier run."""

    turns: tuple[Turn, ...]


class ReadingEnded:
    """No further document will come."""


class ServerRestarted:
    """A server that has read nothing yet is on its way."""


Job = Document | Counted | Question | ReadingEnded | Remembered | ServerRestarted


@contextmanager
def closed(events: Iterator[_Event]) -> Iterator[Iterator[_Event]]:
    """Close a generator in the end, which stops what it does."""
    try:
        yield events
    finally:
        if isinstance(events, Generator):
            events.close()
