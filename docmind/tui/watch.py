"""Looks at what changes by itself: vectors that are made, a model that loads, a server that dies.

A thread, because the desk's own is busy as long as a question is being answered, and a state that
is asked for by the user interface would have to be made in its time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from docmind.ports import EnginePhase
from docmind.tui.messages import DeskChanged, EngineChanged

if TYPE_CHECKING:
    from docmind.tui.seams import PrefillState, ReadingDesk, ServerRoom
    from docmind.tui.work import Work

OFTEN_SECONDS = 0.25
"""How often it looks while something is under way."""

SELDOM_SECONDS = 1.0
"""How often it looks when all is ready: a server may still die."""


class Watch:
    """Tells what has changed, and nothing twice."""

    def __init__(self, desk: ReadingDesk, engines: ServerRoom, work: Work) -> None:
        self._desk = desk
        self._engines = engines
        self._work = work
        self._told_desk: tuple[int, str, float, str, bool] | None = None
        self._told_engine: EngineChanged | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        """Until the work is stopped."""
        while not self._work.wait(OFTEN_SECONDS if self._under_way else SELDOM_SECONDS):
            self.look()

    def look(self) -> None:
        """Tell what has changed since the last look, whoever looked."""
        with self._lock:
            self._look_at_desk()
            self._look_at_engine()

    @property
    def _under_way(self) -> bool:
        loading = self._engines.state.phase is EnginePhase.LOADING
        return loading or self._desk.vectors_done < 1 or self._desk.prefill_state.running

    def _look_at_desk(self) -> None:
        desk = self._desk
        prefill = desk.prefill_state
        state = (
            len(desk.documents), desk.arms, desk.vectors_done,
            prefill_words(prefill), prefill.running,
        )  # fmt: skip
        if state != self._told_desk:
            self._told_desk = state
            self._work.post(DeskChanged(*state))

    def _look_at_engine(self) -> None:
        engines = self._engines
        engine = engines.engine()  # asked for also where it failed: it may be there again
        state = engines.state
        changed = EngineChanged(
            state,
            model=(engine.name.model or "") if engine else "",
            window_tokens=engine.window_tokens if engine else None,
            offer=engines.offer,
            restartable=engines.restartable,
        )
        if self._told_engine is None or _facts(changed) != _facts(self._told_engine):
            self._told_engine = changed
            self._work.post(changed)


def prefill_words(state: PrefillState) -> str:
    """What the status line says of reading ahead."""
    if state.running:
        return f"reading the document… {state.seconds:.0f} s"
    return "document read" if state.done else ""


def _facts(changed: EngineChanged) -> tuple[object, ...]:
    """What two of them have to agree in to be the same: a message equals only itself."""
    return (
        changed.state, changed.model, changed.window_tokens, changed.offer, changed.restartable
    )  # fmt: skip
