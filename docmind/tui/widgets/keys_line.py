"""The last row: the keys that mean something where the focus is.

Textual's Footer makes a widget of each key, anew whenever the focus changes: a tenth of the time
to the first paint, and a pause at every tab. One line of text tells the same.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from docmind.tui.plain import width_of


class KeyHint(NamedTuple):
    """A key as it is shown, what it is called, what it does in a few words, and the key itself."""

    shown: str
    label: str
    tooltip: str
    key: str

    @property
    def cells(self) -> int:
        """How wide it is drawn, with the blank before its label and the one after it."""
        return width_of(self.shown) + width_of(self.label) + 2


class KeysLine(Widget, can_focus=False):
    """One row; a click does what the key does."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--label"}

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    @property
    def hints(self) -> list[KeyHint]:
        """The keys of the screen that have a label, each action once."""
        found: dict[str, KeyHint] = {}
        for _, binding, enabled, tooltip in self.screen.active_bindings.values():
            if binding.show and enabled:
                shown = self.app.get_key_display(binding)
                hint = KeyHint(shown, binding.description, tooltip, binding.key)
                found.setdefault(binding.action, hint)
        return list(found.values())

    def render(self) -> Content:
        """All that fit."""
        key, label = (self.get_visual_style(f"keys--{part}") for part in ("key", "label"))
        parts: list[tuple[str, object]] = []
        for hint in self.hints:
            parts += [(hint.shown, key), (f" {hint.label} ", label)]
        return Content.assemble(*parts)  # type: ignore[arg-type]

    def hint_at(self, x: int) -> KeyHint | None:
        """What stands on a cell of the line."""
        for hint in self.hints:
            if 0 <= x < hint.cells - 1:
                return hint
            x -= hint.cells
        return None

    def on_click(self, event: events.Click) -> None:
        """As if the key was pressed."""
        hint = self.hint_at(event.x - self.gutter.left)
        if hint is not None:
            self.app.simulate_key(hint.key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """What is under the mouse explains itself."""
        hint = self.hint_at(event.x - self.gutter.left)
        self.tooltip = hint.tooltip if hint is not None else None
