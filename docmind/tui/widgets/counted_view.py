"""A pane of lines in which keys are typed one after the other: 12 before G, gg, m and a letter."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from docmind.tui.messages import CountTyped, NamedPlaceWanted, PageWanted, PlaceNamed
from docmind.tui.widgets.lines_view import LinesView

_MOST_DIGITS = 7
_FIRST_OF_TWO = ("first", "name_place", "go_to_named")


class CountedView(LinesView):
    """Digits add up to a number, which G and g take; any other key forgets it.

    Nothing waits for a time to be over: g alone goes to the beginning, and a second g right after
    it changes nothing, so that gg may be typed as well.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "g", "first", "to the beginning (gg too), 12g to page 12",
            id="document.top", show=False,
        ),
        Binding(
            "m", "name_place", "m and a letter: mark this place", id="document.mark", show=False
        ),
        Binding(
            "apostrophe", "go_to_named", "' and a letter: go to this mark; '' goes back",
            id="document.go_to_mark", show=False,
        ),
    ]  # fmt: skip

    def __init__(self, *, id: str) -> None:  # noqa: A002 Textual's name for it
        super().__init__(id=id)
        self._count = ""
        self._pending = ""
        """The action whose second key is awaited: "name", "go" or, after a g, "first"."""

    async def on_key(self, event: events.Key) -> None:
        """Take a digit, or the second key of two."""
        pending, self._pending = self._pending, ""
        if pending and await self._finish(pending, event.key):
            event.stop()
            event.prevent_default()
            return
        character = event.character or ""
        if character.isdecimal() and (self._count or character != "0"):
            event.stop()
            event.prevent_default()
            self._count = (self._count + character)[:_MOST_DIGITS]
            self.post_message(CountTyped(int(self._count), first=len(self._count) == 1))
        elif (action := self._first_of_two(event.key)) is not None:
            # At once: as a binding it would be run only after the next key has been looked at.
            event.stop()
            event.prevent_default()
            getattr(self, f"action_{action}")()
        elif event.key != "G":
            self._count = ""

    def _first_of_two(self, key: str) -> str | None:
        """The action that this key begins, whichever key it was given."""
        active = self.screen.active_bindings.get(key)
        if active is None or active.node is not self:
            return None
        return active.binding.action if active.binding.action in _FIRST_OF_TWO else None

    def on_blur(self) -> None:
        """What was begun here is not ended elsewhere."""
        self._pending = ""

    async def _finish(self, pending: str, key: str) -> bool:
        """Do what two keys mean together; False where the second one means something else."""
        if pending == "first":
            return key == "g"
        if pending == "go" and key == "apostrophe":
            await self.run_action("screen.back")
            return True
        if len(key) == 1 and "a" <= key <= "z":
            named = PlaceNamed(key) if pending == "name" else NamedPlaceWanted(key)
            self.post_message(named)
            return True
        return key == "escape"

    def action_first(self) -> None:
        """To the first line; with a number typed before, to that page."""
        self._pending = "first"
        if number := self.take_count():
            self.post_message(PageWanted(number))
        else:
            self.action_top()

    def action_name_place(self) -> None:
        """The next key names this place."""
        self._pending = "name"

    def action_go_to_named(self) -> None:
        """The next key says where to."""
        self._pending = "go"

    def take_count(self) -> int:
        """The number that was typed, which is forgotten; 0 where there is none."""
        count, self._count = self._count, ""
        return int(count or 0)
