"""Which engine answers a question, and what is said where no language model does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from docmind.errors import EngineError
from docmind.ports import EnginePhase

if TYPE_CHECKING:
    from docmind.ports import ChatEngine, EngineSource

AUTO = "auto"
"""The engine's name where nobody insists on one: then extraction is better than an error."""

_QUOTED = "the best sentences of the text are quoted"


@dataclass(frozen=True, slots=True)
class Absence:
    """Why the extractive engine answers: for the ledger, and warnings where something failed."""

    reason: str = f"no language model engine is running; {_QUOTED}"
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, error: EngineError) -> Self:
        """The model was there, and failed."""
        told = " ".join(filter(None, (str(error), error.hint)))
        return cls(f"the language model cannot be asked; {_QUOTED}", (told,))


PRESENT = Absence()
"""For answers that a model writes, which need no excuse."""


def engine_of(engines: EngineSource | None, wanted: str) -> tuple[ChatEngine | None, Absence]:
    """The engine that is ready, or None and why not.

    Raises the EngineError that made it fail, where this engine was asked for by name.
    """
    if engines is None:
        return None, Absence()
    state = engines.state
    if state.phase is EnginePhase.READY and (engine := engines.engine()) is not None:
        return engine, PRESENT
    if state.phase is EnginePhase.LOADING:
        note = f" ({state.note})" if state.note else ""
        return None, Absence(f"the language model is still loading{note}; {_QUOTED}")
    if state.phase is EnginePhase.FAILED and state.error is not None:
        if wanted != AUTO:
            raise state.error
        return None, Absence.of(state.error)
    note = f" ({state.note})" if state.note else ""
    return None, Absence(f"no language model engine is running{note}; {_QUOTED}")
