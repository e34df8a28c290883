"""A pane of lines in which a number can be typed before a key, as 12 before G."""

from __future__ import annotations

from textual import events

from docmind.tui.messages import CountTyped
from docmind.tui.widgets.lines_view import LinesView

_MOST_DIGITS = 7


class CountedView(LinesView):
    """Digits add up to a number, which G takes; any other key forgets it."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 Textual's name for it
        super().__init__(id=id)
        self._count = ""

    def on_key(self, event: events.Key) -> None:
        """Take a digit."""
        character = event.character or ""
        if character.isdecimal() and (self._count or character != "0"):
            event.stop()
            event.prevent_default()
            self._count = (self._count + character)[:_MOST_DIGITS]
            self.post_message(CountTyped(int(self._count), first=len(self._count) == 1))
        elif event.key != "G":
            self._count = ""

    def take_count(self) -> int:
        """The number that was typed, which is forgotten; 0 where there is none."""
        count, self._count = self._count, ""
        return int(count or 0)
