"""The language model that a command asks: waited for where it was asked for, else only looked for.

A flag that the engine cannot honour is never dropped in silence. One that asks for a model ends
the run where there is none; one that only shapes a model's words becomes a warning.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from docmind.cli.flags import Flags
from docmind.cli.invocation import Invocation
from docmind.cli.progress import progress
from docmind.errors import NoServer
from docmind.ports import EnginePhase

if TYPE_CHECKING:
    from docmind.engine_room import EngineRoom
    from docmind.model import Answer

_LOOKING_SECONDS = 60.0
EXTRACTIVE = "extractive"


def await_engine(engines: EngineRoom, invocation: Invocation) -> None:
    """Wait for the model where nothing else will do, and otherwise only until it is looked for.

    Raises EngineError where a model was asked for and there is none, ConfigError for settings
    that cannot be used.
    """
    asked = _needs_model(invocation.flags)
    if engines.required or asked:
        with progress(invocation.talk) as step, closing(engines.wait()) as states:
            for state in states:
                share = f" ({state.progress:.0%})" if state.progress is not None else ""
                step(f"Language model: {state.note}{share}", 0, 0)
    else:
        engines.look(_LOOKING_SECONDS)
        if engines.misconfigured is not None:
            raise engines.misconfigured
    if asked and engines.engine() is None:
        raise NoServer(
            f"{asked} needs a language model. {engines.state.note}.",
            f"Leave {asked} out and the extractive engine answers; docmind doctor says what "
            "is missing.",
        )


def _needs_model(flags: Flags) -> str:
    """The first flag that only a model can honour, as it was typed; empty: there is none."""
    asked = {
        "--model": flags.model is not None,
        "--require-whole": flags.require_whole,
        f"--mode {flags.mode}": flags.mode in ("whole", "every-part"),
        "--role": flags.role is not None,
    }
    return next((flag for flag, typed in asked.items() if typed), "")


def engine_warnings(answer: Answer, engines: EngineRoom, flags: Flags) -> tuple[str, ...]:
    """What the reader should know of the engine that answered."""
    if answer.engine.name != EXTRACTIVE:
        offer = engines.offer
        return (*engines.warnings, *([f"{offer} For more: {LONGER}"] if offer else []))
    state = engines.state
    if state.phase is EnginePhase.LOADING:
        waiting = (
            f"The language model is not ready yet ({state.note}); --engine vllm waits for it."
        )
        return (waiting, *_useless(flags))
    return _useless(flags)


LONGER = "docmind serve start --restart --profile long"


def _useless(flags: Flags) -> tuple[str, ...]:
    """One warning for each flag that shapes what a model reads or writes: there was none."""
    typed = {
        "--temperature": flags.temperature,
        "--top-p": flags.top_p,
        "--max-output": flags.max_output,
        "-k": flags.passages,
    }
    return tuple(
        f"{flag} has no effect with the extractive engine, which quotes the best sentences."
        for flag, value in typed.items()
        if value is not None
    )
