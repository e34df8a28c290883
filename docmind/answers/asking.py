"""Several requests to a model at once, so that the server reads and writes them together.

Threads, because a stream is read line by line; bounded, because a server that is asked for more
than it can hold makes everybody wait. The one who listens may stop listening at any moment, and
then every request ends: its thread is told, and nobody waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TypeVar

from docmind.answers.patience import Attempts, Patience
from docmind.answers.repetition import LOOPS, LoopWatch
from docmind.errors import EngineError, ServerUnreachable
from docmind.ports import (
    ChatEngine,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChatText,
    ChatWaiting,
    TokenCounter,
)

T = TypeVar("T")

PATIENCE_SECONDS = 0.2
"""How often one who waits is told how far it is."""


@contextmanager
def closed_early(events: Iterator[ChatEvent]) -> Iterator[Iterator[ChatEvent]]:
    """The events; left early, they are closed, which aborts generation on the server."""
    try:
        yield events
    finally:
        if isinstance(events, Generator):
            events.close()


def patient(
    engine: ChatEngine, request: ChatRequest, patience: Patience
) -> Generator[ChatEvent, None, None]:
    """What the engine streams; where it fails before it writes, it is asked again if that passes.

    ChatWaiting is told all the while. Raises EngineError.
    """
    attempts, begun, failures = Attempts(patience), time.monotonic(), 0
    while True:
        written = False
        try:
            with closed_early(engine.stream(request)) as events:
                for event in events:
                    written = written or isinstance(event, ChatText)
                    yield event
                return
        except EngineError as error:
            if written:
                raise
            failures += 1
            again = time.monotonic() + attempts.pause(error, failures)
        while (now := time.monotonic()) < again:
            yield ChatWaiting(now - begun)
            time.sleep(min(PATIENCE_SECONDS, again - now))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote, whole, and how it ended."""

    text: str
    finished: ChatFinished

    @property
    def ended(self) -> bool:
        """Whether it said all that it wanted to say."""
        return self.finished.reason == "stop"


@dataclass(frozen=True, slots=True)
class Tally:
    """Tokens of several requests; `estimated` where a server did not tell them."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False

    @property
    def tokens(self) -> int:
        """Read and written in all."""
        return self.prompt_tokens + self.output_tokens

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the jobs are done, and how many tokens that took so far."""

    done: int
    total: int
    tokens: int


@dataclass(slots=True)
class _Draft:
    """What one request has brought so far."""

    text: str = ""


class _Stopped(Exception):
    """Nobody listens any more."""


class Line:
    """What jobs ask through. Safe to use from several threads; of no use once it was left."""

    def __init__(
        self,
        engine: ChatEngine,
        counter: TokenCounter,
        patience: Patience | None = None,
    ) -> None:
        self.engine = engine
        self._attempts = Attempts(patience or Patience())
        self._counter = counter
        self._lock = threading.Lock()
        self._tally = Tally()
        self._stopped = threading.Event()
        self._begun = time.monotonic()
        self._first_seconds = 0.0

    @property
    def first_seconds(self) -> float:
        """After how long the first word of all came."""
        return self._first_seconds

    @property
    def tally(self) -> Tally:
        """What all requests have cost by now."""
        with self._lock:
            return self._tally

    def ask(self, request: ChatRequest) -> Reply:
        """Ask, and wait for all of it; once more where that helps. Raises EngineError."""
        failures = 0
        while True:
            draft = _Draft()
            try:
                reply = self._asked(request, draft)
            except EngineError as error:
                failures += 1
                broke_off = bool(draft.text)
                if self._stopped.wait(self._attempts.pause(error, failures, broke_off=broke_off)):
                    raise _Stopped from None
            else:
                self._attempts.answered()
                return reply

    def _asked(self, request: ChatRequest, draft: _Draft) -> Reply:
        finished = ChatFinished("")
        loop = LoopWatch()
        with closed_early(self.engine.stream(request)) as events:
            for event in events:
                if self._stopped.is_set():
                    raise _Stopped
                if isinstance(event, ChatText):
                    self._first_seconds = self._first_seconds or time.monotonic() - self._begun
                    self._attempts.writes()
                    draft.text += event.text
                    # Rows of a record may be equal; sentences of a list may not.
                    start = None if request.json_schema else loop.start(draft.text)
                    if start is not None:
                        draft.text, finished = draft.text[:start], ChatFinished(LOOPS)
                        break
                elif isinstance(event, ChatFinished):
                    finished = event
        with self._lock:
            self._tally += tallied(request, draft.text, finished, self.engine, self._counter)
        return Reply(draft.text, finished)

    def work(
        self, jobs: Sequence[Callable[[Line], T]], concurrency: int
    ) -> Generator[Progress, None, list[T | EngineError]]:
        """Do all jobs, so many at once; what became of each, in their order.

        A job that fails does not stop the others, unless nothing answers any more: then
        ServerUnreachable is raised. Closing the iterator ends every request.
        """
        todo: SimpleQueue[int] = SimpleQueue()
        for position in range(len(jobs)):
            todo.put(position)
        ended: SimpleQueue[tuple[int, T | Exception]] = SimpleQueue()
        threads = [
            threading.Thread(
                target=self._run, args=(jobs, todo, ended), name=f"part {number}", daemon=True
            )
            for number in range(min(max(1, concurrency), len(jobs)))
        ]
        try:
            for thread in threads:
                thread.start()
            return (yield from self._awaited(ended, len(jobs)))
        except BaseException:
            self._stopped.set()
            raise

    def _run(
        self,
        jobs: Sequence[Callable[[Line], T]],
        todo: SimpleQueue[int],
        ended: SimpleQueue[tuple[int, T | Exception]],
    ) -> None:
        """In a thread: one job after the other, until there is none."""
        while not self._stopped.is_set():
            try:
                position = todo.get_nowait()
            except Empty:
                return
            try:
                ended.put((position, jobs[position](self)))
            except _Stopped:
                return
            except Exception as error:  # noqa: BLE001 - raised in the thread that listens
                if _ends_all(error):
                    self._stopped.set()
                ended.put((position, error))

    def _awaited(
        self, ended: SimpleQueue[tuple[int, T | Exception]], total: int
    ) -> Generator[Progress, None, list[T | EngineError]]:
        results: dict[int, T | EngineError] = {}
        yield Progress(0, total, self.tally.tokens)
        while len(results) < total:
            try:
                position, result = ended.get(timeout=PATIENCE_SECONDS)
            except Empty:
                yield Progress(len(results), total, self.tally.tokens)
                continue
            if isinstance(result, Exception) and (
                _ends_all(result) or not isinstance(result, EngineError)
            ):
                raise result
            results[position] = result
            yield Progress(len(results), total, self.tally.tokens)
        return [results[position] for position in range(total)]


def _ends_all(error: Exception) -> bool:
    """Whether every other job would meet it too, or it is one of docmind's own."""
    return isinstance(error, ServerUnreachable) or not isinstance(error, EngineError)


def tallied(
    request: ChatRequest,
    text: str,
    finished: ChatFinished,
    engine: ChatEngine,
    counter: TokenCounter,
) -> Tally:
    """What one request has cost, counted here where the server does not tell."""
    prompt, output = finished.prompt_tokens, finished.output_tokens
    return Tally(
        engine.count(request.messages) if prompt is None else prompt,
        finished.cached_tokens or 0,
        counter.count(text) if output is None else output,
        estimated=output is None or (prompt is None and engine.estimates),
    )
