"""Links of a PDF that lead to other pages of it: followed, and come back from as from any jump.

They are read of the page in view, when they are wanted, in the parser's process.
"""

from __future__ import annotations

from textual import on

from docmind.errors import DocmindError
from docmind.model import Kind
from docmind.tui.links import TextLink, text_links
from docmind.tui.messages import LinksFound
from docmind.tui.plain import fitted
from docmind.tui.screens.picturing import PicturingScreen

_SAID_CELLS = 24
"""So much of a link's words fits the line below, with what else it says, at 80 columns."""


class FollowingScreen(PicturingScreen):
    """Follows the links of the page in view."""

    def action_follow(self) -> None:
        """The link of the page in view, or one of them."""
        document, page = self._shelf.current, self.document.page
        read, path = document.document, document.path
        if read is None:
            self.say(f"{document.short_name} has not been read yet")
            return
        if read.kind is not Kind.PDF or path is None:
            self.say(f"{document.short_name} is no PDF: only links of PDFs are followed")
            return

        def look() -> None:
            try:
                links = self._work.workspace.links(path, document.name, page)
                self._work.post(LinksFound(document.name, page, links))
            except DocmindError as error:
                self._work.post(LinksFound(document.name, page, reason=str(error)))

        self._work.aside("links", look)

    @on(LinksFound)
    def _offer(self, event: LinksFound) -> None:
        document = self._shelf.current
        if event.reason:
            self.say(event.reason)
        if event.reason or (document.name, self.document.page) != (event.name, event.page):
            return
        links = text_links(document.pages[event.page - 1], event.links, document.pages)
        if not links:
            self.say(f"No link of page {event.page:,} leads to another place of the document")
        elif len(links) == 1:
            self._follow(links[0])
        else:
            self._choose_link(links)

    def _choose_link(self, links: list[TextLink]) -> None:
        from docmind.tui.screens.links import LinksScreen

        def follow(index: int | None) -> None:
            if index is not None:
                self._follow(links[index])

        top = self.document.looked_at.offset
        begin = next((at for at, link in enumerate(links) if link.start >= top), 0)
        self.app.push_screen(LinksScreen(links, begin=begin), follow)

    def _follow(self, link: TextLink) -> None:
        self.jump(link.target)
        self.look_at("document")
        begun = f"“{fitted(link.words, _SAID_CELLS)}” leads" if link.words else "The link leads"
        self.say(f"{begun} to page {link.target.page + 1:,}; {self.hint_keys.back} goes back")
