"""What makes the result of a file, as a batch sees it; and making several without a folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

from docmind.batch.crew import Crew, Ended
from docmind.batch.inputs import Input
from docmind.batch.transient import Working, is_gone

_HELD_PER_JOB = 4


@dataclass(frozen=True, slots=True)
class Made:
    """The result of a file, as JSON; `sha256` is of the file that was read for it."""

    record: str
    sha256: str
    tokens: int


MakeEvent = Working | Made
Make = Callable[[Input], Generator[MakeEvent, None, None]]


@dataclass(frozen=True, slots=True)
class Progress:
    """Something was done for a file that is under way."""

    input: Input
    working: Working


@dataclass(frozen=True, slots=True)
class Result:
    """What was made of an input, or why nothing was."""

    input: Input
    made: Made | None
    error: Exception | None = None


def make_all(
    inputs: Iterable[Input], make: Make, jobs: int
) -> Generator[Progress | Result, None, None]:
    """Make a result of each input, several at a time, and tell them in the order of the inputs.

    So that the first, which may be the longest, cannot make all others be kept in memory, no more
    are begun than a few for each job. Raises EngineError where the server is gone.
    """

    def work(task: tuple[int, Input]) -> Generator[MakeEvent, None, None]:
        return make(task[1])

    with Crew(work, jobs) as crew:
        held = _Held()
        for task in enumerate(inputs):
            crew.give(task)
            while crew.is_full or held.count(task[0]) >= _HELD_PER_JOB * jobs:
                yield from held.told(crew)
        while crew.busy:
            yield from held.told(crew)


class _Held:
    """Results that wait for those before them."""

    def __init__(self) -> None:
        self._next = 0
        self._made: dict[int, Made] = {}
        self._results: dict[int, Result] = {}

    def count(self, newest: int) -> int:
        """How many inputs are begun and not told."""
        return newest + 1 - self._next

    def told(self, crew: Crew[tuple[int, Input], MakeEvent]) -> Iterator[Progress | Result]:
        for (number, found), event in crew.news(wait=True):
            match event:
                case Working():
                    yield Progress(found, event)
                case Made():
                    self._made[number] = event
                case Ended(error):
                    self._results[number] = Result(found, self._made.pop(number, None), error)
                    yield from self._in_order()
                    if error is not None and is_gone(error):
                        raise error

    def _in_order(self) -> Iterator[Result]:
        while self._next in self._results:
            yield self._results.pop(self._next)
            self._next += 1
