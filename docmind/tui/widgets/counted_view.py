"""A pane of lines in which keys are typed one after the other: 12 before G, gg, m and a letter."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from docmind.tui.messages import CountTyped, NamedPlaceWanted, PageWanted, PlaceNamed
from docmind.tui.widgets.lines_view import LinesView

_MOST_DIGITS = 7
_FIRST_OF_TWO = ("first", "name_place", "go_to_named")
_TAKES_COUNT = "bottom"


class CountedView(LinesView):
    """Digits add up to a number, which G and g take; any other key forgets it.

    Nothing waits for a time to be over: g alone goes to the beginning, and a second g right after
    it changes nothing, so that gg may be typed as well.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "g", "first", "to the beginning, twice too; after 12 to page 12",
            id="document.top", show=False,
        ),
        Binding(
            "m", "name_place", "mark this place by the next letter",
            id="document.mark", show=False,
        ),
        Binding(
            "apostrophe", "go_to_named", "go to the mark of the next letter; twice: back",
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
        action = self._action_of(event.key)
        if pending and await self._finish(pending, event.key, action):
            event.stop()
            event.prevent_default()
            return
        character = event.character or ""
        if character.isdecimal() and (self._count or character != "0"):
            event.stop()
            event.prevent_default()
            self._count = (self._count + character)[:_MOST_DIGITS]
            self.post_message(CountTyped(int(self._count), first=len(self._count) == 1))
        elif action in _FIRST_OF_TWO:
            # At once: as a binding it would be run only after the next key has been looked at.
            event.stop()
            event.prevent_default()
            getattr(self, f"action_{action}")()
        elif action != _TAKES_COUNT:
            self._count = ""

    def _action_of(self, key: str) -> str:
        """What a key does in this pane, as keys are set; empty: nothing."""
        active = self.screen.active_bindings.get(key)
        return active.binding.action if active is not None and active.node is self else ""

    def on_blur(self) -> None:
        """What was begun here is not ended elsewhere."""
        self._pending = ""

    async def _finish(self, pending: str, key: str, action: str) -> bool:
        """Do what two keys mean together; False where the second one means something else."""
        if pending == "first":
            return action == "first"
        if pending == "go" and action == "go_to_named":
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
