"""Finding the server that the settings mean, step by step; starting docmind's own where need be.

The order is the same everywhere: the server that is named, ours if it runs, ours started. What is
asked for by name and not there is an error; with `auto` the next in the order has its turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from docmind.engines.address import Address
from docmind.engines.connecting import connect, named_address
from docmind.errors import EngineError, NoServer, ServerNotStarted
from docmind.ports import EnginePhase, EngineState
from docmind.settings import Profile

if TYPE_CHECKING:
    from docmind.engines.chat import ServerEngine
    from docmind.ports import TokenCounter
    from docmind.serving.command import Launch
    from docmind.serving.lease import RunningServer
    from docmind.serving.server import Starting
    from docmind.settings import Settings

_STEP_SECONDS = 0.2
_DOCUMENTS_SECONDS = 15.0
"""How long a start waits to be told what window the documents need."""

EXTRACTIVE = EngineState(EnginePhase.NONE, "the extractive engine is what is set")


class Managed(Protocol):
    """The server that docmind manages; `docmind.serving.server.ManagedServer` is one."""

    @property
    def loading(self) -> Starting | None:
        """How far a start is that somebody began."""
        ...

    def running(self) -> RunningServer | None:
        """The server, if it answers."""
        ...

    def holds(self, running: RunningServer) -> bool:
        """Whether this very server still lives; it is not asked."""
        ...

    def attach(self) -> AbstractContextManager[None]:
        """Use the server."""
        ...

    def start(self, launch: Launch, *, keep: bool) -> Generator[Starting, None, None]:
        """Start it; closing the iterator stops it again."""
        ...

    def stop(self) -> object:
        """End it."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """An engine, and what is known of its server where it is docmind's own."""

    engine: ServerEngine
    running: RunningServer | None = None

    @property
    def state(self) -> EngineState:
        """That it is ready, and where it is."""
        engine = self.engine
        where = "docmind's own server" if self.running else f"the server at {engine.address.shown}"
        note = f"{engine.name.model}, {where}, {engine.window_tokens:,} tokens"
        return EngineState(EnginePhase.READY, note)


Steps = Generator[EngineState | Found, None, None]
"""How far finding is, and at last what was found."""


class Needs:
    """How large a window the open documents need, once it is known."""

    def __init__(self) -> None:
        self.tokens = 0
        self.known = threading.Event()


class Finder:
    """Looks for the server that the settings mean. `lost` is told when it has gone."""

    def __init__(
        self,
        settings: Settings,
        counter: TokenCounter,
        managed: Managed,
        launch_for: Callable[[int], Launch],
        lost: Callable[[EngineError], None],
    ) -> None:
        """`launch_for` says how a server for so many tokens is started, or raises NoServer."""
        self._settings = settings
        self._counter = counter
        self._managed = managed
        self._launch_for = launch_for
        self._lost = lost

    def find(self, needs: Needs) -> Steps:
        """Look, and start what may be started; Found comes last. Raises EngineError."""
        if self._settings.engine.name == "extractive":
            yield EXTRACTIVE
            return
        named, refusal = self._named()
        if named is not None:
            yield named
            return
        try:
            yield from self.ours(needs)
        except NoServer as error:
            reason = "" if refusal is None else f"{refusal} "
            raise NoServer(f"{reason}{error}", error.hint) from error

    def found_again(self) -> Found | None:
        """The server that is named, or ours, where it answers; nothing is started.

        Raises EngineError where one is named, and neither answers.
        """
        named, refusal = self._named()
        running = self._managed.running() if named is None else None
        if running is not None:
            return self._connected(running)
        if refusal is not None:
            raise refusal
        return named

    def ours(self, needs: Needs) -> Steps:
        """Our own server, started if it does not run. Closing the iterator ends what it began."""
        running = self._managed.running()
        if running is None:
            yield from self._started(needs)
            running = self._managed.running()
        if running is None:
            raise ServerNotStarted("The server has ended again.", "Try: docmind serve logs")
        yield self._connected(running)

    def _named(self) -> tuple[Found | None, EngineError | None]:
        """The server that the settings name, or why there is none."""
        settings = self._settings.engine
        address = named_address(settings)
        if address is None:
            return None, None
        try:
            return Found(connect(address, settings, self._counter, lost=self._lost)), None
        except EngineError as error:
            if settings.name != "auto":
                raise
            return None, error

    def _started(self, needs: Needs) -> Iterator[EngineState]:
        """The steps of a start: of one that somebody began, or of our own."""
        while (step := self._managed.loading) is not None:
            yield _loading(step)
            threading.Event().wait(_STEP_SECONDS)
        if self._managed.running() is not None:
            return
        launch = self._launch_for(needs.tokens)  # first, to learn whether there is any way
        server = self._settings.server
        self._refuse_unknown_model(launch)
        if (
            server.profile is Profile.AUTO
            and not server.window_tokens
            and not needs.known.is_set()
        ):
            yield EngineState(EnginePhase.LOADING, "waiting to learn how long the documents are")
            needs.known.wait(_DOCUMENTS_SECONDS)
            launch = self._launch_for(needs.tokens)
        with closing(self._managed.start(launch, keep=False)) as steps:
            yield from map(_loading, steps)

    def _refuse_unknown_model(self, launch: Launch) -> None:
        """Refuse, before a start that takes minutes, a model that would not be served then."""
        wanted = self._settings.engine.model
        served = (launch.model, *(each.name for each in self._settings.server.adapters))
        if wanted and wanted not in served:
            raise NoServer(
                f"docmind's own server would serve {', '.join(served)}, and not {wanted!r}.",
                "Set [server] model, or [[server.adapters]], in config.toml",
            )

    def _connected(self, running: RunningServer) -> Found:
        address = Address(running.base_url, running.uds, running.api_key)
        settings = self._settings.engine
        engine = connect(address, settings, self._counter, managed=True, lost=self._lost)
        return Found(engine, running)


def _loading(step: Starting) -> EngineState:
    note = ", ".join(filter(None, (step.phase, step.detail)))
    return EngineState(EnginePhase.LOADING, note, step.progress)
