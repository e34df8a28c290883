"""The command palette (ctrl+p): everything that docmind can do, found by a few letters."""

from __future__ import annotations

import re

from textual.command import DiscoveryHit, Hit, Hits, Provider

from docmind.tui.screens.commanding import CommandingScreen, Offer

_PAGE = re.compile(r"\s*:?\s*(p?\d{1,9})\s*")


_FIRST = 1_000.0
"""A score above that of any match."""


class DocmindCommands(Provider):
    """Offers what the reading screen can do; nothing over another screen, which has its keys."""

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for offer in self._offers():
            yield DiscoveryHit(offer.title, offer.run, help=_help(offer))

    async def search(self, query: str) -> Hits:
        """What has these letters; a number is a page."""
        if (page := _PAGE.fullmatch(query)) and isinstance(self.screen, CommandingScreen):
            number, screen = page.group(1), self.screen
            yield Hit(_FIRST, f"Go to page {number}", lambda: screen.go_to_page_number(number))
        matcher = self.matcher(query)
        for offer in self._offers():
            if (score := matcher.match(offer.title)) > 0:
                yield Hit(score, matcher.highlight(offer.title), offer.run, help=_help(offer))

    def _offers(self) -> list[Offer]:
        screen = self.screen
        return list(screen.offers()) if isinstance(screen, CommandingScreen) else []


def _help(offer: Offer) -> str | None:
    return f"key: {offer.key}" if offer.key else None
