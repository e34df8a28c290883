"""Documents as they come: the reading screen without its keys, kept up to date."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on

from docmind.tui.conversation import Turn
from docmind.tui.messages import (
    DeskChanged,
    DocumentArrived,
    DocumentsFound,
    PagesArrived,
    PlaceChanged,
    ReadingFailed,
    TokensArrived,
    WorkCrashed,
)
from docmind.tui.screens.frame import FrameScreen
from docmind.tui.shelf import OpenDocument


class ReceivingScreen(FrameScreen):
    """Kept up to date with what arrives."""

    @on(DocumentsFound)
    def _hold(self, event: DocumentsFound) -> None:
        open_already = [document.name for document in self._shelf.documents] if event.more else []
        at = self._shelf.index
        self._shelf.hold([*open_already, *event.names])
        for name, path in event.paths.items():
            self._shelf[name].path = path
        if event.more:
            self._shelf.index = at
            self.bring(len(open_already))
        self.answers.name_documents(self._shelf.short_names)
        self.invite()
        self._show_current()

    @on(PagesArrived)
    def _add_pages(self, event: PagesArrived) -> None:
        document = self._shelf[event.name]
        document.pages.extend(event.pages)
        document.total = event.total
        if document is self._shelf.current:
            self.document.extend(event.pages)
            self._position = self._where()
            self.tell_status()
        else:
            self._show_first_readable(document)

    @on(DocumentArrived)
    def _finish(self, event: DocumentArrived) -> None:
        document = self._shelf[event.name]
        document.finish(event.document)
        if document is self._shelf.current:
            self.document.replace()
            self._show_outline()
            self._position = self._where()
            self.tell_status()
        else:
            self._show_first_readable(document)
        self.answers.update()

    @on(TokensArrived)
    def _count(self, event: TokensArrived) -> None:
        self._shelf[event.name].tokens = event.tokens
        self.tell_status()

    @on(ReadingFailed)
    def _fail(self, event: ReadingFailed) -> None:
        document = self._shelf[event.name]
        document.error, document.hint = event.message, event.hint
        document.pages.clear()
        self._conversation.note(f"{event.name} cannot be read: {event.message}", event.hint)
        if document is self._shelf.current:
            self._show_current()
        self.answers.update()
        self.tell_status()

    def _show_first_readable(self, document: OpenDocument) -> None:
        """A document that failed makes way for the first one that can be read."""
        if self._shelf.current.error and document.pages:
            self.bring(self._shelf.index_of(document.name))

    @on(DeskChanged)
    def _note_desk(self, event: DeskChanged) -> None:
        self._desk = event
        self.tell_status()

    @on(WorkCrashed)
    def _crash(self, event: WorkCrashed) -> None:
        raise event.error

    @on(PlaceChanged)
    def _note_place(self, event: PlaceChanged) -> None:
        self._position = event.number
        self.tell_status()

    def _show_turns(self, turns: Iterable[Turn]) -> None:
        """Show what has changed in these turns."""
        self.answers.update()
        self.tell_status()
        if any(turn is self.answers.turn for turn in turns):
            self.mark_citations()
