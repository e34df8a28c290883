"""Has the server read the documents before anybody asks, so that the first answer begins at once.

Whoever asks goes first: a question cancels this, and what the server has computed until then
stays in its cache. What is sent is what a question begins with, to the byte; anything else would
fill the cache for nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from docmind.ports import ChatFinished, ChatRequest, EnginePhase

if TYPE_CHECKING:
    from docmind.ports import ChatEngine, ChatMessage, EngineSource

_LOOK_SECONDS = 0.2

Prefix = Callable[["ChatEngine"], "tuple[ChatMessage, ...]"]
"""What every question to this engine begins with; empty where that differs between questions."""


class PrefillPhase(StrEnum):
    """How far it is: not wanted (or given up), waiting for the model, under way, or done."""

    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PrefillState:
    """How far the server is with reading the documents, and for how long it has been at it."""

    phase: PrefillPhase = PrefillPhase.NONE
    seconds: float = 0.0

    @property
    def running(self) -> bool:
        """Whether the server is reading."""
        return self.phase is PrefillPhase.RUNNING

    @property
    def done(self) -> bool:
        """Whether it has read everything, so that a question finds it in the cache."""
        return self.phase is PrefillPhase.DONE

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.phase in (PrefillPhase.NONE, PrefillPhase.DONE)


class Prefill:
    """At most one reading ahead at a time. Safe to use from several threads."""

    def __init__(self, engines: EngineSource) -> None:
        self._engines = engines
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._phase = PrefillPhase.NONE
        self._begun = 0.0
        self._seconds = 0.0

    @property
    def state(self) -> PrefillState:
        """How far it is."""
        with self._lock:
            running = self._phase is PrefillPhase.RUNNING
            seconds = time.monotonic() - self._begun if running else self._seconds
            return PrefillState(self._phase, round(seconds, 3))

    def start(self, prefix: Prefix) -> None:
        """Have what `prefix` gives read as soon as the engine is ready, instead of what was."""
        with self._lock:
            self._cancelled.set()
            self._cancelled = cancelled = threading.Event()
            self._phase, self._seconds = PrefillPhase.WAITING, 0.0
        threading.Thread(
            target=self._run, args=(prefix, cancelled), name="prefill", daemon=True
        ).start()

    def cancel(self, *, forget: bool = False) -> None:
        """Stop what is under way; with `forget`, what was read is of no use any more either."""
        with self._lock:
            self._cancelled.set()
            if forget or self._phase is not PrefillPhase.DONE:
                self._phase = PrefillPhase.NONE

    def _run(self, prefix: Prefix, cancelled: threading.Event) -> None:
        """Wait for the engine, and let it read."""
        done = False
        try:
            engine = self._engine(cancelled)
            messages = prefix(engine) if engine is not None else ()
            if engine is not None and messages:
                self._set(cancelled, PrefillPhase.RUNNING)
                done = _read(engine, messages, cancelled)
        except Exception:  # noqa: BLE001  # a traceback would be printed over the screen
            done = False  # the next question meets the same error, and tells it
        finally:
            self._set(cancelled, PrefillPhase.DONE if done else PrefillPhase.NONE)

    def _engine(self, cancelled: threading.Event) -> ChatEngine | None:
        """The engine, when it is ready; None where there will be none."""
        while not cancelled.is_set():
            phase = self._engines.state.phase
            if phase is EnginePhase.READY:
                return self._engines.engine()
            if phase is not EnginePhase.LOADING:
                return None
            cancelled.wait(_LOOK_SECONDS)
        return None

    def _set(self, cancelled: threading.Event, phase: PrefillPhase) -> None:
        """The phase of this run, unless another one has taken its place."""
        with self._lock:
            if cancelled is not self._cancelled or cancelled.is_set():
                return
            if phase is PrefillPhase.RUNNING:
                self._begun = time.monotonic()
            elif self._phase is PrefillPhase.RUNNING:
                self._seconds = time.monotonic() - self._begun
            self._phase = phase


def _read(
    engine: ChatEngine, messages: tuple[ChatMessage, ...], cancelled: threading.Event
) -> bool:
    """Have the engine read these messages; False where that was cancelled."""
    request = ChatRequest(messages, 1, temperature=0.0, top_p=1.0, background=True)
    events = engine.stream(request)
    try:
        for event in events:
            if isinstance(event, ChatFinished):
                return True
            if cancelled.is_set():
                return False
    finally:
        if isinstance(events, Generator):
            events.close()
    return False
