"""Keys of a text field in the order in which they were pressed.

Textual puts a letter into a field at once, and runs what is bound to a key only when the event has
bubbled up to the application. Of keys that arrive together (over SSH, or while the machine is
busy) a backspace would delete the letters that were typed after it.
"""

from __future__ import annotations

from textual import events
from textual.widget import Widget


async def run_own_binding(widget: Widget, event: events.Key) -> None:
    """Do now what a key does in this widget; any other key goes its way."""
    if event.is_printable:
        return
    active = widget.screen.active_bindings.get(event.key)
    if active is not None and active.node is widget and active.enabled:
        event.stop()
        event.prevent_default()
        await widget.run_action(active.binding.action)
