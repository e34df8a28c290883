"""Which engine answers a question, and what is said where no language model does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from docmind.answers.reading import NO_ENGINE
from docmind.errors import EngineError
from docmind.ports import EnginePhase

if TYPE_CHECKING:
    from docmind.ports import ChatEngine, EngineSource

EXTRACTIVE = "extractive"
"""The engine's name where no language model is wanted."""

AUTO = "auto"
"""The engine's name where nobody insists on one: then extraction is better than an error."""

Words = Mapping[str, str]
"""The same in each language that an answer can be in: "en", "zh"."""

_LOADING = {
    "en": "the language model is still loading{}; the best sentences of the text are quoted",
    "zh": "语言模型仍在加载；引用文中最合适的句子",
}
_NOT_RUNNING = {
    "en": "no language model engine is running{}; the best sentences of the text are quoted",
    "zh": "没有运行语言模型；引用文中最合适的句子",
}
_CANNOT_BE_ASKED = {
    "en": "the language model cannot be asked; the best sentences of the text are quoted",
    "zh": "无法向语言模型提问；引用文中最合适的句子",
}
_AS_SET = {
    "en": "no language model engine is running (the extractive engine is what is set);"
    " the best sentences of the text are quoted",
    "zh": "按设置使用摘句引擎；引用文中最合适的句子",
}

NO_MODEL = "no language model: "
"""How the state of an engine that is not there begins, which the words around it say already."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why the extractive engine answers: for the ledger, and warnings where something failed."""

    reason: Words = field(default_factory=lambda: NO_ENGINE)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, error: EngineError) -> Self:
        """The model was there, and failed."""
        told = " ".join(filter(None, (str(error), error.hint)))
        return cls(_CANNOT_BE_ASKED, (told,))


PRESENT = Absence()
"""For answers that a model writes, which need no excuse."""


def _with_note(words: Words, note: str) -> Words:
    """Words with the first sentence of what the state of the engine says of itself, in English.

    `docmind doctor` tells the rest; under every answer it would hide what matters for this one.
    """
    note = note.removeprefix(NO_MODEL).partition(". ")[0]
    told = f" ({note})" if note else ""
    return {language: text.format(told) for language, text in words.items()}


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
        return None, Absence(_with_note(_LOADING, state.note))
    if state.phase is EnginePhase.FAILED and state.error is not None:
        if wanted != AUTO:
            raise state.error
        return None, Absence.of(state.error)
    if wanted == EXTRACTIVE:
        return None, Absence(_AS_SET)
    return None, Absence(_with_note(_NOT_RUNNING, state.note))
