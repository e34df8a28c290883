"""The page as it was printed: as a picture where the terminal can show one, else elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from textual import on

from docmind.errors import DocmindError
from docmind.model import Box, Kind
from docmind.settings import Images
from docmind.tui.messages import PageDrawn, ViewerFailed
from docmind.tui.screens.looking import LookingScreen


class PicturingScreen(LookingScreen):
    """Shows pages of PDFs as pictures, and in other programs."""

    def action_picture(self) -> None:
        """The page in view as a picture, with the cited passage framed."""
        from docmind.tui.graphics import graphics
        from docmind.tui.screens.picture import PictureScreen

        if self._pdf() is None:
            return
        kind = graphics(self._work.workspace.settings.interface.images, os.environ)
        if kind is Images.OFF:
            self.say("This terminal shows no pictures; o opens the page in a PDF viewer")
            return
        pages = len(self._shelf.current.pages)
        screen = PictureScreen(kind, self.document.page, pages, self._draw, self._view_page)
        self.app.push_screen(screen, self._leave_picture)

    def action_view(self) -> None:
        """The document in another program, at the page in view."""
        self._view_page(self.document.page)

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

    def _view_page(self, page: int) -> None:
        from docmind.tui.viewer import open_viewer, viewer_command

        path = self._pdf()
        if path is None:
            return
        template = self._work.workspace.settings.interface.viewer

        def open_it() -> None:
            try:
                open_viewer(viewer_command(template, path, page, os.environ))
            except DocmindError as error:
                self._work.post(ViewerFailed(str(error), error.hint))

        self.say(f"Opening page {page:,} in a PDF viewer" if template else "Opening the PDF")
        self._work.aside("viewer", open_it)

    def _draw(self, page: int, pixels: tuple[int, int]) -> None:
        document = self._shelf.current
        path, boxes = document.path, self._framed(page)
        assert path is not None

        def draw() -> None:
            try:
                made = self._work.workspace.picture(path, document.name, page, boxes, pixels)
                self._work.post(PageDrawn(page, made))
            except DocmindError as error:
                self._work.post(PageDrawn(page, reason=str(error)))

        self._work.aside("drawing", draw)

    def _framed(self, page: int) -> tuple[Box, ...]:
        """Where the citation that is shown stands on a page of the document in view."""
        turn = self.answers.turn
        citation = turn.citations.get(self._citation or 0) if turn is not None else None
        if citation is None or citation.document != self._shelf.current.name:
            return ()
        return citation.boxes if citation.page == page else ()

    def _leave_picture(self, page: int | None) -> None:
        if page is not None and page != self.document.page:
            self._go_to(page)
        self.look_at("document")

    @on(PageDrawn)
    async def _show_drawn(self, event: PageDrawn) -> None:
        from docmind.tui.screens.picture import PictureScreen

        screen = self.app.screen
        if not isinstance(screen, PictureScreen):
            return
        if event.reason:
            screen.fail(event.reason)
        else:
            await screen.show(event.page, event.png)

    @on(ViewerFailed)
    def _tell_viewer_failed(self, event: ViewerFailed) -> None:
        self._conversation.note(event.message, event.hint)
        self.answers.update()
        self.say(event.message)
