"""The line that takes the prompt's place to search in the document or to go to a page."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label

from docmind.tui.messages import CommandClosed, CommandGiven
from docmind.tui.widgets.own_keys import run_own_binding


class Field(Input):
    """The line itself."""

    async def on_key(self, event: events.Key) -> None:
        """In the order in which keys were pressed."""
        await run_own_binding(self, event)


class CommandBar(Horizontal):
    """One line: what for, and what. Hidden until `open`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="bar.close"),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 Textual's name for it
        super().__init__(id=id)
        self._purpose = ""

    def compose(self) -> ComposeResult:
        """A label and an input."""
        yield Label(id="purpose")
        yield Field(compact=True, id="command")

    def open(self, purpose: str, label: str, hint: str) -> None:
        """Ask for something: `purpose` comes back with the answer."""
        self._purpose = purpose
        self.query_one("#purpose", Label).update(label)
        field = self.query_one("#command", Input)
        field.value = ""
        field.placeholder = hint
        self.display = True
        # At once: a key that follows in the same breath is meant for this field.
        self.screen.set_focus(field)

    def suggest(self, text: str) -> None:
        """Something to begin with, which enter takes as it is."""
        field = self.query_one("#command", Input)
        field.value = text
        field.cursor_position = len(text)

    def action_close(self) -> None:
        """Leave it."""
        self.display = False
        self.post_message(CommandClosed())

    @on(Input.Submitted)
    def _give(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = False
        if event.value.strip():
            self.post_message(CommandGiven(self._purpose, event.value.strip()))
        else:
            self.post_message(CommandClosed())
