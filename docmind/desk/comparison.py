"""The same question to several documents, each on a desk of its own, one after the other.

One desk for all would answer from the document that says it best; a comparison wants to hear each.
A document alone on its desk is what `docmind ask` sends for it, to the byte, so that a server that
has read it for one of the two finds it in its cache for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docmind.answers.events import Answered, AnswerEvent
from docmind.answers.options import AskOptions
from docmind.answers.question import checked
from docmind.errors import DocmindError, DoesNotFit, EngineError, UsageError
from docmind.model.comparison import Side, side_of

if TYPE_CHECKING:
    from docmind.desk.desk import Desk

FEWEST = 2
"""A comparison has two sides at least."""


@dataclass(frozen=True, slots=True)
class SideBegun:
    """A document is asked: the `number`-th of `total`."""

    document: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class SideAnswered:
    """What a document says."""

    side: Side


@dataclass(frozen=True, slots=True)
class SideFailed:
    """A document could not be asked to the end; the others go on."""

    document: str
    error: DocmindError


CompareEvent = SideBegun | AnswerEvent | SideAnswered | SideFailed


def compare(
    question: str,
    documents: Sequence[str],
    lay: Callable[[str], Desk],
    options: AskOptions,
) -> Generator[CompareEvent, None, None]:
    """Ask each document; `lay` puts the one of this name on a desk, when its turn comes.

    Between SideBegun and SideAnswered come the events of the answer. Closing the iterator cancels.
    Raises UsageError for a question that cannot be asked.
    """
    checked(question)
    for number, name in enumerate(documents, start=1):
        yield SideBegun(name, number, len(documents))
        try:
            for event in _asked(question, lay(name), options):
                if isinstance(event, Answered):
                    yield SideAnswered(side_of(name, event.answer, options.pages))
                else:
                    yield event
        except (DoesNotFit, EngineError) as error:
            yield SideFailed(name, error)


def _asked(question: str, desk: Desk, options: AskOptions) -> Generator[AnswerEvent, None, None]:
    """What happens on this desk, which is put away in the end."""
    with closing(desk), closing(desk.ask(question, options)) as events:  # type: ignore[type-var]
        yield from events


def require_sides(count: int) -> None:
    """Raise UsageError where there is nothing to compare with."""
    if count < FEWEST:
        raise UsageError(
            "A comparison needs two documents; there is only one.",
            'Try: docmind compare "…" first.pdf second.pdf, or docmind ask for one document',
        )
