"""What the desk's thread is given to do, one after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from docmind.model import Document, Turn
from docmind.tui.request import Request

_Event = TypeVar("_Event")


class Question(NamedTuple):
    """Answer this; `turn` names it in what is told."""

    turn: int
    request: Request


class Counted(NamedTuple):
    """A document has so many tokens."""

    name: str
    tokens: int


class Remembered(NamedTuple):
    """What was asked and answered in an earlier run."""

    turns: tuple[Turn, ...]


class Expected(NamedTuple):
    """These documents are going to be read, one after the other."""

    names: tuple[str, ...]


class Unreadable(NamedTuple):
    """A document that was expected will not come."""

    name: str


class Withdrawn:
    """A question is not wanted any more; what waited behind it need not."""


class ReadingEnded:
    """No further document will come."""


class ServerRestarted:
    """A server that has read nothing yet is on its way."""


Job = (
    Document | Counted | Question | Expected | Unreadable | Withdrawn | ReadingEnded | Remembered
    | ServerRestarted
)  # fmt: skip


@contextmanager
def closed(events: Iterator[_Event]) -> Iterator[Iterator[_Event]]:
    """Close a generator in the end, which stops what it does."""
    try:
        yield events
    finally:
        if isinstance(events, Generator):
            events.close()
