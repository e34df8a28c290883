"""The page as it was printed: as a picture where the terminal can show one, else elsewhere."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from docmind.errors import DocmindError
from docmind.model import Box, Kind
from docmind.settings import Images
from docmind.tui.messages import PageDrawn, ViewerFailed
from docmind.tui.screens.looking import LookingScreen
from docmind.tui.shelf import OpenDocument

if TYPE_CHECKING:
    from docmind.tui.screens.picture import PictureScreen


class PicturingScreen(LookingScreen):
    """Shows pages of PDFs as pictures, and in other programs.

    A picture stays one of the document that was in view when it was asked for, whatever comes.
    """

    _picture: PictureScreen | None = None
    _pictured = ""

    def action_picture(self) -> None:
        """The page in view as a picture, with the cited passage framed."""
        from docmind.tui.graphics import graphics
        from docmind.tui.screens.picture import PictureScreen

        path, document = self._pdf(), self._shelf.current
        if path is None:
            return
        kind = graphics(self._work.workspace.settings.interface.images, os.environ)
        if kind is Images.OFF:
            view = self.hint_keys.view
            self.say(f"This terminal shows no pictures; {view} opens the page in a PDF viewer")
            return
        self._pictured = document.name
        self._picture = PictureScreen(
            kind, self.document.page, len(document.pages),
            draw=partial(self._draw, document, path), view=partial(self._view_page, path),
        )  # fmt: skip
        self.app.push_screen(self._picture, partial(self._leave_picture, document))

    def action_view(self) -> None:
        """The document in another program, at the page in view."""
        path = self._pdf()
        if path is not None:
            self._view_page(path, self.document.page)

    def _pdf(self) -> Path | None:
        """Where the document in view is, if it is a PDF; else it is said that it is none."""
        document = self._shelf.current
        if document.document is None:
            self.say(f"{document.short_name} has not been read yet")
        elif document.document.kind is not Kind.PDF or document.path is None:
            self.say(f"{document.short_name} is no PDF: what you see is all of it")
        else:
            return document.path
        return None

    def _view_page(self, path: Path, page: int) -> None:
        from docmind.tui.viewer import open_viewer, viewer_command

        template = self._work.workspace.settings.interface.viewer

        def open_it() -> None:
            try:
                open_viewer(viewer_command(template, path, page, os.environ))
            except DocmindError as error:
                self._work.post(ViewerFailed(str(error), error.hint))

        self._tell(f"Opening page {page:,} in a PDF viewer" if template else "Opening the PDF")
        self._work.aside("viewer", open_it)

    def _tell(self, words: str) -> None:
        """Where it can be seen: the picture is over the status line."""
        if self._picture is not None:
            self._picture.tell(words)
        else:
            self.say(words)

    def _draw(
        self, document: OpenDocument, path: Path, page: int, pixels: tuple[int, int]
    ) -> None:
        name, boxes = document.name, self._framed(document, page)

        def draw() -> None:
            try:
                made = self._work.workspace.picture(path, name, page, boxes, pixels)
                self._work.post(PageDrawn(name, page, made))
            except DocmindError as error:
                self._work.post(PageDrawn(name, page, reason=str(error)))

        self._work.aside("drawing", draw)

    def _framed(self, document: OpenDocument, page: int) -> tuple[Box, ...]:
        """Where the citation that is shown stands on a page of the document."""
        turn = self.answers.turn
        citation = turn.citations.get(self._citation or 0) if turn is not None else None
        if citation is None or (citation.document, citation.page) != (document.name, page):
            return ()
        return citation.boxes

    def _leave_picture(self, document: OpenDocument, page: int | None) -> None:
        self._picture = None
        index = self._shelf.index_of(document.name)
        if page is not None and (index, page) != (self._shelf.index, self.document.page):
            self._go_to(page, index)
        self.look_at("document")

    @on(PageDrawn)
    async def _show_drawn(self, event: PageDrawn) -> None:
        if self._picture is not None and event.name == self._pictured:
            await self._picture.take(event)

    @on(ViewerFailed)
    def _tell_viewer_failed(self, event: ViewerFailed) -> None:
        self._conversation.note(event.message, event.hint)
        self.answers.update()
        self._tell(event.message)
