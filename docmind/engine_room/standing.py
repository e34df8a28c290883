"""How far the language model is: told by one thread, read and waited for by others."""

from __future__ import annotations

import threading

from docmind.desk.absence import NO_MODEL
from docmind.errors import DocmindError, EngineError, NoServer, ServerNotStarted
from docmind.ports import EnginePhase, EngineState


class Standing:
    """The state, and why there is no model; safe from several threads.

    It is known once it was looked for a server, and settled once there is one or none.
    """

    def __init__(self, *, required: bool) -> None:
        """Where a model is `required`, that this machine has none is a failure."""
        self.state = EngineState(EnginePhase.LOADING, "looking for a language model")
        self.failure: DocmindError | None = None
        self._required = required
        self._lock = threading.Lock()
        self._known = threading.Event()
        self._settled = threading.Event()

    def become(self, state: EngineState) -> None:
        """Take on a state, and wake those who wait for it."""
        with self._lock:
            self.state = state
            if state.phase is not EnginePhase.FAILED:
                self.failure = None
            if state.phase is EnginePhase.LOADING:
                self._settled.clear()
            else:
                self._known.set()
                self._settled.set()

    def fail(self, error: DocmindError) -> None:
        """There is no model, for this reason."""
        if isinstance(error, NoServer) and not self._required:
            self.become(EngineState(EnginePhase.NONE, _because(error)))
            return
        self.failure = error
        told = (
            error if isinstance(error, EngineError) else ServerNotStarted(str(error), error.hint)
        )
        self.become(EngineState(EnginePhase.FAILED, _because(error), error=told))

    def looked(self) -> None:
        """It is known whether a server was there, though none is ready."""
        self._known.set()

    def wait_until_known(self, seconds: float) -> None:
        """Wait no longer than so."""
        self._known.wait(seconds)

    def wait_until_settled(self, seconds: float) -> bool:
        """Wait no longer than so; whether it is."""
        return self._settled.wait(seconds)


def _because(error: DocmindError) -> str:
    """A reason for the ledger: no language model, and why."""
    return f"{NO_MODEL}{str(error).rstrip('.')}"
