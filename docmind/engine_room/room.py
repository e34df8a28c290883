"""The engine room: an EngineSource (see `docmind.ports`) that looks, waits and tells.

One thread does what takes long, so that documents can be asked by extraction while a server is
looked for or loads. A server that runs is never restarted on its own: other documents, or another
docmind, may be using it. That it is too small is said (`offer`), and the reader decides.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from docmind.engine_room.finding import Finder, Found, Managed, Needs, Steps
from docmind.engine_room.standing import Standing
from docmind.errors import (
    ConfigError,
    DocmindError,
    EngineError,
    NoServer,
    ServerDied,
    ServerNotStarted,
)
from docmind.ports import EnginePhase, EngineState
from docmind.serving.model_facts import LONGEST_WINDOW_TOKENS
from docmind.settings import Profile

if TYPE_CHECKING:
    from docmind.engines.chat import ServerEngine
    from docmind.ports import TokenCounter
    from docmind.serving.command import Launch
    from docmind.settings import Settings

_STEP_SECONDS = 0.2
_LOOK_AGAIN_SECONDS = 5.0
_CHECK_SECONDS = 1.0
"""How old the knowledge may be that a server which nobody asks anything still lives."""

_FAREWELL_SECONDS = 30.0
"""How long a server may take to end that was given up while it started."""

_INSTRUCTION_TOKENS = 2_000
"""What stands around the documents: instructions, ids of passages, the question."""


class EngineRoom:
    """Finds or starts the language model that the settings ask for. Safe from several threads."""

    def __init__(
        self,
        settings: Settings,
        counter: TokenCounter,
        managed: Managed,
        launch_for: Callable[[int], Launch],
    ) -> None:
        """`launch_for` says how a server for so many tokens is started, or raises NoServer."""
        self._settings = settings
        self._managed = managed
        self._finder = Finder(settings, counter, managed, launch_for, self._lose)
        self._needs = Needs()
        self._lock = threading.Lock()
        self._standing = Standing(required=self.required)
        self._found: Found | None = None
        self._lost_ours = True
        self._thread: threading.Thread | None = None
        self._looked = 0.0
        self._checked = 0.0
        self._abandoned = threading.Event()
        self._held = ExitStack()

    @property
    def state(self) -> EngineState:
        """How far the language model is. The first call begins to look for it."""
        self.begin()
        self._check()
        return self._standing.state

    @property
    def required(self) -> bool:
        """Whether this model is asked for by name, so that nothing else may answer."""
        return self._settings.engine.name not in ("auto", "extractive")

    @property
    def misconfigured(self) -> ConfigError | None:
        """What is wrong with the settings of the engine, if that is why there is none."""
        return self._standing.failure if isinstance(self._standing.failure, ConfigError) else None

    @property
    def restartable(self) -> bool:
        """Whether the server is one that docmind may start and stop."""
        name, found = self._settings.engine.name, self._found
        return name == "vllm" or (name == "auto" and (found is None or found.running is not None))

    @property
    def offer(self) -> str:
        """What a restart would change for the documents that are open; empty: nothing."""
        found, server, needed = self._found, self._settings.server, self._needs.tokens
        if found is None or found.running is None or server.profile is Profile.NATIVE:
            return ""
        window = found.engine.window_tokens
        if server.window_tokens or not window < needed <= LONGEST_WINDOW_TOKENS:
            return ""
        return f"The documents need {needed:,} tokens, and the server runs with {window:,}."

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader should know of the server that is used."""
        found = self._found
        return found.engine.warnings if found is not None else ()

    def begin(self) -> None:
        """Look for a language model, if nobody has done so yet; returns at once."""
        self._begin(self._find, first=True)

    def engine(self) -> ServerEngine | None:
        """The engine where it is ready, else None; never waits."""
        lost = self.state.phase is EnginePhase.FAILED
        if lost and time.monotonic() - self._looked > _LOOK_AGAIN_SECONDS:
            self._begin(self._find_again)  # somebody may have started it again
        found = self._found
        return found.engine if found is not None else None

    def need(self, document_tokens: int, *, all_read: bool = True) -> None:
        """Say how many tokens the open documents have, and whether these are all of them.

        A start waits for that; `offer` may then have something to say.
        """
        context = self._settings.context
        self._needs.tokens = (
            document_tokens
            + context.evidence_tokens
            + context.history_tokens
            + self._settings.generation.max_output_tokens
            + _INSTRUCTION_TOKENS
        )
        if all_read:
            self._needs.known.set()

    def look(self, timeout_seconds: float) -> EngineState:
        """Wait until it is known whether a server is there; not for one that loads."""
        self.begin()
        self._standing.wait_until_known(timeout_seconds)
        return self._standing.state

    def wait(self) -> Generator[EngineState, None, None]:
        """How far the model is, several times a second, until it is ready or there is none.

        Raises what made it fail. Closing the iterator gives up a start that it awaits.
        """
        self.begin()
        try:
            while not self._standing.wait_until_settled(_STEP_SECONDS):
                yield self._standing.state
        except BaseException:
            self._abandoned.set()
            self._standing.wait_until_settled(_FAREWELL_SECONDS)
            raise
        if self._standing.failure is not None:
            raise self._standing.failure

    def restart(self) -> None:
        """Start the server anew, as the documents need it; `state` tells how far it is.

        Does not wait for the model. Raises NoServer where the server is not docmind's.
        """
        if not self.restartable:
            raise NoServer("This server was not started by docmind.", "Start it where you did.")
        self._abandoned.set()
        self._standing.become(EngineState(EnginePhase.LOADING, "ending the server that runs"))
        before = self._thread

        def work() -> None:
            if before is not None:
                before.join()
            self._abandoned.clear()
            self._let_go()
            self._managed.stop()
            self._follow(self._finder.ours(self._needs))

        self._begin(work, instead=True)

    def close(self) -> None:
        """Let go of the server. One that loads goes on loading, for the next question."""
        self._let_go()

    def _begin(
        self, work: Callable[[], None], *, first: bool = False, instead: bool = False
    ) -> None:
        """Have the thread do this, unless it is at something; `first` only ever once."""
        with self._lock:
            busy = self._thread is not None and (first or self._thread.is_alive())
            if busy and not instead:
                return
            self._thread = threading.Thread(
                target=self._guarded, args=(work,), name="engine room", daemon=True
            )
            self._thread.start()

    def _guarded(self, work: Callable[[], None]) -> None:
        """In the thread: do it, and make a state of whatever goes wrong."""
        try:
            work()
        except DocmindError as error:
            self._standing.fail(error)
        except Exception as error:  # noqa: BLE001 - or whoever waits would wait for ever
            self._standing.fail(ServerNotStarted(f"unexpected {type(error).__name__}: {error}"))
        self._looked = time.monotonic()

    def _find(self) -> None:
        self._follow(self._finder.find(self._needs))

    def _find_again(self) -> None:
        """Look for a server that was lost; where ours was, the failure stays what it was."""
        try:
            found = self._finder.found_again()
        except EngineError:
            if self._lost_ours:
                return
            raise
        if found is not None:
            self._use(found)

    def _follow(self, steps: Steps) -> None:
        """Take on the states that finding goes through, and use what is found."""
        with closing(steps):
            for step in steps:
                if isinstance(step, Found):
                    self._use(step)
                    return
                self._standing.become(step)
                self._standing.looked()  # whatever answered by now would have been found
                if self._abandoned.is_set():
                    raise ServerNotStarted("The start was given up.", "Try: docmind serve start")

    def _use(self, found: Found) -> None:
        if found.running is not None:
            self._held.enter_context(self._managed.attach())
        self._found = found
        self._standing.become(found.state)

    def _check(self) -> None:
        """Notice that our own server has ended while nobody asked it anything.

        It is looked for among the processes and not asked: that takes no time, and no thread.
        """
        found, now = self._found, time.monotonic()
        if found is None or found.running is None or now - self._checked < _CHECK_SECONDS:
            return
        self._checked = now
        if not self._managed.holds(found.running) and found is self._found:
            self._lose(ServerDied("docmind's own server has ended.", _WHY))

    def _lose(self, error: EngineError) -> None:
        """The server has gone; what is being replaced, or was lost already, is no news."""
        if self._standing.state.phase is EnginePhase.READY:
            self._lost_ours = self._found is None or self._found.running is not None
            self._let_go()
            self._standing.fail(error)
            if not self._lost_ours:
                # The next question is told what is so by then, and not how an earlier one ended.
                self._begin(self._find_again)

    def _let_go(self) -> None:
        # Engines are not closed: an answer that is under way ends in its own thread.
        self._found = None
        self._held.close()


_WHY = "See why: docmind serve status. Start it again: docmind serve start"
