"""A question that is answered by y or n, for what should never be a surprise."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class ConfirmScreen(ModalScreen[bool]):
    """Gives true only where it was clearly said."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes"),
        Binding("n,escape,q", "answer(False)", "No", id="confirm.no"),
    ]

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence

    def compose(self) -> ComposeResult:
        """What is asked, what it means, and the keys."""
        with Vertical(id="confirmation"):
            yield Static(Content.styled(self._question, "bold"))
            yield Static(Content(self._consequence))
            yield Static(Content.styled("y yes · n no", "bold"), id="choices")

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 an action's argument
        """Close with it."""
        self.dismiss(yes)
