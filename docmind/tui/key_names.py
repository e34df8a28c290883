"""Keys as they are called, and those that texts tell of: a text follows the keys that are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import Binding

from docmind.tui.keymap import named_bindings

if TYPE_CHECKING:
    from textual.screen import Screen

_NAMES = {
    "space": "space", "left_square_bracket": "[", "right_square_bracket": "]", "slash": "/",
    "apostrophe": "'",
    "colon": ":", "question_mark": "?", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup",
}  # fmt: skip


class HintKeys(NamedTuple):
    """Keys of the reading screen that its texts tell of; these where nothing is set."""

    stop: str = "esc"
    pane: str = "tab"
    again: str = "r"
    restart: str = "ctrl+r"
    document: str = "f2"
    find: str = "/"
    page: str = ":"
    help: str = "f1"
    quit: str = "ctrl+q"
    view: str = "o"
    back: str = "backspace"
    interrupt: str = "ctrl+c"
    mark: str = "m"
    go_to_mark: str = "'"


HINTED = {
    "stop": "reading.unwind",
    "pane": "reading.next_pane",
    "again": "reading.ask_again",
    "restart": "reading.restart_server",
    "document": "reading.other_pane",
    "find": "pane.find",
    "page": "pane.go_to_page",
    "help": "reading.help",
    "quit": "reading.quit",
    "view": "reading.view",
    "back": "pane.back",
    "interrupt": "reading.interrupt",
    "mark": "document.mark",
    "go_to_mark": "document.go_to_mark",
}
"""The binding behind each of them."""


def hint_keys(keys: Mapping[str, str]) -> HintKeys:
    """What texts tell of, with these keys set."""
    return HintKeys(
        **{hint: first_key(keys[name]) for hint, name in HINTED.items() if name in keys}
    )


def with_keys(words: str, screen: Screen[Any]) -> str:
    """Words of a screen that lies over the others, with its own keys for "%(name.of.binding)s"."""
    keys: dict[str, str] = {}
    for active in screen.active_bindings.values():
        if active.node is screen and active.binding.id:
            keys.setdefault(active.binding.id, first_key(active.binding.key))
    tables = (vars(each).get("BINDINGS", ()) for each in type(screen).mro())
    for name, binding in named_bindings(*tables).items():
        keys.setdefault(name, first_key(binding.key))
    return words % keys


def key_names(binding: Binding) -> str:
    """The keys of a binding as they stand on a keyboard."""
    if binding.key_display == "1-9":
        return binding.key_display
    return " ".join(_NAMES.get(key, key) for key in binding.key.split(","))


def then(first: str, second: str) -> str:
    """Two keys, one after the other: "ma", "f5 a"."""
    return first + second if len(first) == 1 else f"{first} {second}"


def first_key(keys: str) -> str:
    """The first of some keys, as it stands on a keyboard."""
    key = keys.partition(",")[0].strip()
    return _NAMES.get(key, key)
