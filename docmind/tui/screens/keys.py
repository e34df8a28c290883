"""The keys of the reading screen. Help is made of this table, so it cannot say anything else.

An id names each binding: by it, keys are settings. Two bindings share one where they are one key.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _key(keys: str, action: str, description: str, shown_as: str | None = None) -> Binding:
    """A key that only the help tells of."""
    name = action.replace("(", "_").replace(")", "").replace("-1", "back").removesuffix("_1")
    return Binding(
        keys, action, description, show=False, key_display=shown_as, id=f"reading.{name}"
    )


def _shown(keys: str, action: str, label: str, description: str, shown_as: str) -> Binding:
    """A key that the footer tells of too, by a label of one word.

    All of these have priority over the focused widget: others reach the screen only after it,
    and what is typed next would still go to the pane that was left.
    """
    name = action.partition("(")[0].removeprefix("app.")
    return Binding(
        keys, action, label,
        tooltip=description, key_display=shown_as, id=f"reading.{name}", priority=True,
    )  # fmt: skip


def _citation_keys() -> list[BindingType]:
    """One description for all nine."""
    return [
        _key(str(n), f"citation({n})", "show this citation" if n == 1 else "", "1-9")
        for n in range(1, 10)
    ]


ANYWHERE: list[BindingType] = [
    _key("escape", "unwind", "stop the answer; else back to the prompt"),
    _shown("tab", "next_pane(1)", "Pane", "next pane", "tab"),
    Binding(
        "shift+tab", "next_pane(-1)", "previous pane",
        id="reading.previous_pane", show=False, priority=True,
    ),
    _shown("f2", "other_pane('document')", "Document", "to the document", "f2"),
    _shown("f2", "other_pane('answers')", "Answers", "from the document to the answers", "f2"),
    _shown("ctrl+f", "find", "Find", "search in the document", "^f"),
    _shown("ctrl+g", "go_to_page", "Page", "go to a page", "^g"),
    _key("ctrl+o,alt+left", "back", "back to where the jump began"),
    _key("alt+right", "forward", "forward again, after back"),
    _key("ctrl+t", "documents", "choose a document"),
    _key("ctrl+l", "library", "the library: open, add, remove, bring up to date"),
    _key("ctrl+b", "hide_outline", "the outline: show it, take it away"),
    _key("f3", "ledger", "what was read for the selected answer"),
    Binding("ctrl+p", "app.command_palette", "everything, found by a few letters; 250 is a page",
            id="reading.palette", show=False),
    _key("ctrl+r", "restart_server", "restart the model's server"),
    Binding(
        "ctrl+y", "copy_answer", "copy the newest answer as Markdown",
        id="reading.copy_answer", show=False, priority=True,
    ),
    Binding(
        "ctrl+c", "interrupt", "copy the selection, stop the answer, or quit",
        id="reading.interrupt", show=False, priority=True,
    ),
]  # fmt: skip

IN_PANES: list[BindingType] = [
    *_citation_keys(),
    Binding(
        "c", "next_citation(1)", "Cited",
        tooltip="next cited passage", id="reading.next_citation",
    ),
    _key("C", "next_citation(-1)", "previous cited passage"),
    Binding("backspace", "back", "back to where the jump began", id="pane.back", show=False),
    _key("right_square_bracket", "next_answer(1)", "next answer", "]"),
    _key("left_square_bracket", "next_answer(-1)", "previous answer", "["),
    Binding("slash", "find", "search in the document", id="pane.find", show=False),
    _key("r", "ask_again", "ask the selected question again"),
    Binding("l", "ledger", "what was read for the answer", id="pane.ledger", show=False),
    Binding(
        "plus", "rate('up')", "keep that this answer is good; again: take it back",
        key_display="+", id="reading.rate_up", show=False,
    ),
    Binding(
        "minus", "rate('down')", "keep that this answer is bad; again: take it back",
        key_display="-", id="reading.rate_down", show=False,
    ),
    _key("t", "outline", "the outline of the document, and back"),
    _key("v", "picture", "the page as a picture, the passage framed (where terminals can)"),
    _key("f", "follow", "follow a link of the page to another one; backspace comes back"),
    _key("o", "view", "open the PDF in a viewer, at this page"),
    _key("n", "next_found(1)", "next place found"),
    _key("N", "next_found(-1)", "previous place found"),
    Binding("colon", "go_to_page", "go to a page", id="pane.go_to_page", show=False),
    Binding("question_mark", "help", "all keys", id="pane.help", show=False),
    _key("ctrl+z", "suspend", "suspend; fg comes back"),
]  # fmt: skip

WITH_WORDS: list[BindingType] = [
    Binding("ctrl+s", "export", "write the conversation into a file", id="reading.export",
            show=False),
    Binding("y", "copy_here('markdown')", "copy the answer as Markdown, or the passage in view",
            id="pane.copy", show=False),
    Binding("Y", "copy_here('plain')", "copy it as plain text", id="pane.copy_plain", show=False),
    Binding("e", "edit_question", "the selected question into the prompt, to be changed",
            id="pane.edit", show=False),
    Binding("a", "quote", "quote what is selected, or the passage in view, in the prompt",
            id="pane.quote", show=False),
    Binding("E", "explain", "explain what is selected, or the passage in view",
            id="pane.explain", show=False),
    Binding("S", "summarize", "summarize the section in view", id="pane.summarize", show=False),
    Binding("h", "history", "what was asked before", id="pane.history", show=False),
]  # fmt: skip

AT_THE_END: list[BindingType] = [
    _shown("f1", "help", "Help", "all keys", "f1"),
    _shown("ctrl+q", "app.quit", "Quit", "quit", "^q"),
]
