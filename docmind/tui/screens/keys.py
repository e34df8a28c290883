"""The keys of the reading screen. Help is made of this table, so it cannot say anything else.

An id names each binding, for the day when keys are settings.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _key(keys: str, action: str, description: str, shown_as: str | None = None) -> Binding:
    """A key that only the help tells of."""
    name = action.replace("(", "_").replace(")", "").replace("-1", "back").removesuffix("_1")
    return Binding(
        keys, action, description, show=False, key_display=shown_as, id=f"reading.{name}"
    )


def _citation_keys() -> list[BindingType]:
    """One description for all nine."""
    return [
        _key(str(n), f"citation({n})", "show this citation" if n == 1 else "", "1-9")
        for n in range(1, 10)
    ]


READING_KEYS: list[BindingType] = [
    _key("escape", "unwind", "stop the answer; else back to the prompt"),
    Binding("tab", "next_pane(1)", "Pane", id="reading.next_pane"),
    _key("shift+tab", "next_pane(-1)", "previous pane"),
    Binding("f2", "other_pane('document')", "Document", id="reading.to_document"),
    Binding("f2", "other_pane('answers')", "Answers", id="reading.to_answers"),
    Binding("ctrl+f,slash", "find", "Find", id="reading.find", key_display="^f"),
    _key("n", "next_found(1)", "next place found"),
    _key("N", "next_found(-1)", "previous place found"),
    Binding("ctrl+g,colon", "go_to_page", "Page", id="reading.go_to_page", key_display="^g"),
    *_citation_keys(),
    Binding("c", "next_citation(1)", "Cited", id="reading.next_citation"),
    _key("C", "next_citation(-1)", "previous cited passage"),
    _key("backspace,ctrl+o", "back", "back to where the jump began"),
    _key("right_square_bracket", "next_answer(1)", "next answer", "]"),
    _key("left_square_bracket", "next_answer(-1)", "previous answer", "["),
    _key("ctrl+t", "documents", "choose a document"),
    Binding(
        "ctrl+y", "copy_answer", "copy the newest answer as Markdown",
        id="reading.copy_answer", show=False, priority=True,
    ),
    Binding("f1,question_mark", "help", "Help", id="reading.help", key_display="f1"),
    _key("ctrl+z", "suspend", "suspend; fg comes back"),
    Binding(
        "ctrl+c", "interrupt", "copy the selection, stop the answer, or quit",
        id="reading.interrupt", show=False, priority=True,
    ),
    Binding("ctrl+q", "app.quit", "Quit", id="reading.quit", key_display="^q", priority=True),
]  # fmt: skip
