"""The facts that the status line tells, from what the screen knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docmind.ports import EnginePhase
from docmind.tui.outcome import MODE_WORDS
from docmind.tui.widgets.status import StatusFacts

if TYPE_CHECKING:
    from docmind.tui.conversation import Conversation
    from docmind.tui.messages import DeskChanged, EngineChanged
    from docmind.tui.shelf import OpenDocument, Shelf


def status_facts(
    shelf: Shelf,
    position: int,
    desk: DeskChanged,
    engine: EngineChanged,
    conversation: Conversation,
) -> StatusFacts:
    """Everything the line may tell; the line itself drops what does not fit."""
    document = shelf.current
    label = _label(document, position)
    reading = document.document is None and not document.error
    tokens, window, mode = _window(shelf, engine, conversation)
    return StatusFacts(
        name=document.short_name,
        others=len(shelf.documents) - 1,
        failed=bool(document.error),
        failures=sum(bool(each.error) for each in shelf.documents),
        by_lines=document.by_lines,
        position=position if document.pages else 0,
        total=document.size if document.document else max(document.total, document.size),
        label=label,
        pages_come=len(document.pages) if reading else None,
        tokens=tokens,
        window_tokens=window,
        mode=mode,
        engine=_engine(engine),
        engine_urgent=engine.state.phase in (EnginePhase.LOADING, EnginePhase.FAILED),
        prefill=desk.prefill,
        prefilling=desk.prefilling,
        arms=desk.arms if desk.documents else "",
        vectors_done=desk.vectors_done if desk.documents else None,
        unreadable=sum(
            len(each.document.unreadable_pages) for each in shelf.documents if each.document
        ),
    )


def _label(document: OpenDocument, position: int) -> str:
    """The printed number of the page in view, where it is another than the physical one."""
    if document.by_lines or not 0 < position <= len(document.pages):
        return ""
    page = document.pages[position - 1]
    return page.label if page.label and page.label != str(page.number) else ""


def _window(
    shelf: Shelf, engine: EngineChanged, conversation: Conversation
) -> tuple[int | None, int | None, str]:
    """Tokens, the window that they are read in, and how: of the newest question that has a plan.

    Before any, they are those of the documents.
    """
    for turn in reversed(conversation.turns):
        if turn.plan is not None:
            return turn.plan.prompt_tokens, turn.plan.window_tokens, MODE_WORDS[turn.plan.mode]
    counted = [each.tokens for each in shelf.documents if each.tokens is not None]
    return sum(counted) if counted else None, engine.window_tokens, ""


def _engine(engine: EngineChanged) -> str:
    """Who answers now, or how far the model is."""
    state = engine.state
    match state.phase:
        case EnginePhase.LOADING:
            share = "" if state.progress is None else f" {state.progress:.0%}"
            return f"{state.note or 'loading the model'}{share}"
        case EnginePhase.READY:
            return f"ready: {engine.model.rsplit('/', 1)[-1]}" if engine.model else state.note
        case EnginePhase.FAILED:
            return "no model: extractive"
        case _:
            return "extractive"


def who_answers(engine: EngineChanged) -> str:
    """A line for the first screen: what answers here and now; empty while that is not known."""
    state = engine.state
    match state.phase:
        case EnginePhase.LOADING:
            return f"Until a model is ready, answers are sentences of the text ({state.note})"
        case EnginePhase.READY:
            name = engine.model.rsplit("/", 1)[-1] or "A model"
            window = engine.window_tokens
            return f"{name} answers" + (f", and reads {window:,} tokens at once" if window else "")
        case _ if state.note:
            # Imported here because the first paint, which loads this module, needs no desk.
            from docmind.desk.absence import NO_MODEL

            why = state.note.removeprefix(NO_MODEL)
            return f"Answers are sentences of the text, no model writes them: {why}"
        case _:
            return ""
