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
        with progress(invocation.talk, speaks=True) as step, closing(engines.wait()) as states:
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
    return engine_notes(answer.engine.name, answer.language, engines, flags)


def engine_notes(engine: str, language: str, engines: EngineRoom, flags: Flags) -> tuple[str, ...]:
    """What the reader should know of the engine of this name."""
    if engine != EXTRACTIVE:
        offer = engines.offer
        longer = [_FOR_MORE[language].format(offer, LONGER)] if offer else []
        return (*engines.warnings, *longer)
    state = engines.state
    if state.phase is EnginePhase.LOADING:
        waiting = _NOT_READY[language].format(state.note)
        return (waiting, *_useless(flags, language))
    return _useless(flags, language)


LONGER = "docmind serve start --restart --profile long"

_FOR_MORE = {"en": "{} For more: {}", "zh": "{} 需要更大的窗口：{}"}
_NOT_READY = {
    "en": "The language model is not ready yet ({}); --engine vllm waits for it.",
    "zh": "语言模型尚未就绪（{}）；--engine vllm 会等待它。",
}
_NO_EFFECT = {
    "en": "{} has no effect with the extractive engine, which quotes the best sentences.",
    "zh": "{} 对摘句引擎不起作用：它只引用最合适的句子。",
}


def _useless(flags: Flags, language: str) -> tuple[str, ...]:
    """One warning for each flag that shapes what a model reads or writes: there was none."""
    typed = {
        "--temperature": flags.temperature,
        "--top-p": flags.top_p,
        "--max-output": flags.max_output,
        "-k": flags.passages,
        "--rewrite": flags.rewrite or None,
        "--rerank": flags.rerank or None,
    }
    return tuple(
        _NO_EFFECT[language].format(flag) for flag, value in typed.items() if value is not None
    )
