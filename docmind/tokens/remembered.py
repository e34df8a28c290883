"""Counts that were made before, so that the same text is counted once.

A document that streams in is split while its parser is still at work (see `docmind.workspace`);
when it is whole, splitting it again costs next to nothing.
"""

from __future__ import annotations

from docmind.ports import TokenCounter

_KEPT_CHARACTERS = 4_000
"""Longer texts are seldom counted twice, and would only take up memory."""


class RememberedCounts:
    """A TokenCounter in front of another one. Remembers by hash, not by text."""

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter
        self._counts: dict[int, int] = {}

    @property
    def name(self) -> str:
        """That of the counter behind it."""
        return self._counter.name

    @property
    def plain(self) -> TokenCounter:
        """The counter behind it, for texts that are counted once: it remembers nothing."""
        return self._counter

    def count(self, text: str) -> int:
        """Tokens in the text."""
        if len(text) > _KEPT_CHARACTERS:
            return self._counter.count(text)
        key = hash(text)
        known = self._counts.get(key)
        if known is None:
            known = self._counts[key] = self._counter.count(text)
        return known
