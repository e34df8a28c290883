"""Which of the open documents to look at."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from docmind.tui.plain import fitted
from docmind.tui.shelf import OpenDocument, Shelf


class DocumentsScreen(ModalScreen[int | None]):
    """A list of the open documents; gives the chosen one's position, None if none was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+t", "dismiss", "Close", id="documents.close"),
        Binding("j", "list('cursor_down')", "down", id="documents.down", show=False),
        Binding("k", "list('cursor_up')", "up", id="documents.up", show=False),
    ]

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf

    def compose(self) -> ComposeResult:
        """One line for each document."""
        options = [Option(describe(document)) for document in self._shelf.documents]
        documents = OptionList(*options, id="documents", compact=True, markup=False)
        documents.border_title = "Documents"
        yield documents

    def on_mount(self) -> None:
        """Begin at the document in view."""
        self.query_one(OptionList).highlighted = self._shelf.index

    def action_list(self, action: str) -> None:
        """The list's own keys under other names."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


def describe(document: OpenDocument) -> Content:
    """A document's name, and how far it has been read."""
    if document.error:
        state = "cannot be read"
    elif document.document is None:
        state = f"reading, {len(document.pages):,} pages so far" if document.pages else "waits"
    elif document.by_lines:
        state = f"{document.size:,} lines"
    else:
        state = f"{document.size:,} pages"
    return Content.assemble(f"{fitted(document.name, 44):<46}", (state, "dim"))
