"""Where questions are typed. Enter asks; up and down bring earlier questions back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import TextArea

from docmind.tui.messages import PromptScrolled, QuestionAsked
from docmind.tui.plain import fitted
from docmind.tui.widgets.own_keys import run_own_binding


def _key(keys: str, action: str, description: str) -> Binding:
    """A key that only the help tells of."""
    return Binding(keys, action, description, show=False, id=f"prompt.{keys.split(',')[0]}")


class Prompt(TextArea):
    """A text area that is one line high until more is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "ask", "Ask", tooltip="ask", id="prompt.ask"),
        _key("ctrl+j,shift+enter", "new_line", "new line"),
        _key("up", "cursor_up", "on the first line: the question before"),
        _key("down", "cursor_down", "on the last line: the question after"),
        _key("pageup", "scroll_answers(-1)", "scroll the answers up"),
        _key("pagedown", "scroll_answers(1)", "scroll the answers down"),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 Textual's name for it
        super().__init__(id=id, highlight_cursor_line=False)
        # As compact=True does, but without being styled here, before it is where it belongs.
        self.set_reactive(TextArea.compact, True)  # noqa: FBT003 as Textual has it
        self.add_class("-textual-compact", update=False)
        self._history: list[str] = []
        self._position = 0
        self._draft = ""

    def invite(self, subject: str, keys: str = "") -> None:
        """Say what questions are about, and which keys help, while nothing is typed."""
        self.placeholder = Content(f"Ask {fitted(subject, 40)}{keys}")

    def remember(self, questions: Iterable[str]) -> None:
        """Questions of an earlier run, older than those of this one."""
        self._history = [*questions, *self._history]
        self._position = len(self._history)

    def offer(self, text: str) -> None:
        """Put a text there to be changed and asked; what was being typed is one key away."""
        if self.text.strip() and self.text != text:
            self._history.append(self.text.strip())
        self._position = len(self._history)
        self.text = text
        self.move_cursor(self.document.end)

    async def on_key(self, event: events.Key) -> None:
        """Enter asks; the text area would take it for a new line."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_ask()
        else:
            await run_own_binding(self, event)

    def action_ask(self) -> None:
        """Ask what has been typed."""
        text = self.text.strip()
        if text:
            if self._history[-1:] != [text]:
                self._history.append(text)
            self.text = ""
        self._position = len(self._history)
        self.post_message(QuestionAsked(text))

    def action_new_line(self) -> None:
        """A new line in the question."""
        self.insert("\n")

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 as overridden
        """Up a line; from the first one to the question before."""
        if select or not self.cursor_at_first_line or not self._position:
            super().action_cursor_up(select)
            return
        if self._position == len(self._history):
            self._draft = self.text
        self._recall(self._position - 1)

    def action_cursor_down(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 as overridden
        """Down a line; from the last one to the question after."""
        if select or not self.cursor_at_last_line or self._position >= len(self._history):
            super().action_cursor_down(select)
        else:
            self._recall(self._position + 1)

    def action_scroll_answers(self, pages: int) -> None:
        """The page keys mean the answers, even while typing."""
        self.post_message(PromptScrolled(pages))

    def _recall(self, position: int) -> None:
        self._position = position
        self.text = self._history[position] if position < len(self._history) else self._draft
        self.move_cursor(self.document.end)
