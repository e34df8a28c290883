"""Keys as settings: what can be bound, by name, and whether what was set is a key at all.

A name or a key that does not exist ends the start with the nearest one that does: a key that
silently does nothing is looked for in the wrong place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from textual.binding import Binding, BindingType
from textual.keys import Keys

from docmind.errors import ConfigError

_MODIFIERS = frozenset(("ctrl", "alt", "shift"))
_NAMED = frozenset(key.value for key in Keys if not key.value.startswith("<"))
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+[": "escape"}
"""What terminals send for these is another key."""

_BY_WORD = frozenset(("prompt.ask",))
"""Not a binding that can be changed: the text area would take its key for a new line."""


def named_bindings(*tables: Sequence[BindingType]) -> dict[str, Binding]:
    """Every binding that has a name, by that name; the first of those that share one."""
    found: dict[str, Binding] = {}
    for table in tables:
        for binding in table:
            if isinstance(binding, Binding) and binding.id and binding.id not in _BY_WORD:
                found.setdefault(binding.id, binding)
    return found


def keymap(wanted: Mapping[str, str], known: Mapping[str, Binding]) -> dict[str, str]:
    """The keys that were set, checked. Raises ConfigError."""
    for name, keys in wanted.items():
        if name not in known:
            close = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"Did you mean {close[0]}? " if close else ""
            raise ConfigError(
                f"keys: nothing is called {name!r}.", f"{hint}docmind config keys lists them all"
            )
        for key in keys.split(","):
            _check(name, key.strip())
    return {name: ",".join(map(str.strip, keys.split(","))) for name, keys in wanted.items()}


def remapped(bindings: Sequence[BindingType], keys: Mapping[str, str]) -> list[BindingType]:
    """The bindings with the keys that were set, for the help."""
    return [
        binding.with_key(keys[binding.id], None)
        if isinstance(binding, Binding) and binding.id is not None and binding.id in keys
        else binding
        for binding in bindings
    ]


def _check(name: str, key: str) -> None:
    if key in _SAME:
        raise ConfigError(
            f"keys: {name} cannot be {key}.", f"Terminals send {_SAME[key]} for it; choose another"
        )
    *modifiers, last = key.split("+") if key != "+" else ["+"]
    if set(modifiers) <= _MODIFIERS and (_is_character(last) or last in _NAMED or key in _NAMED):
        return
    close = get_close_matches(key, sorted(_NAMED), n=1)
    hint = f"Did you mean {close[0]}?" if close else "As in: t, ctrl+t, alt+right, f5, space, tab"
    raise ConfigError(f"keys: {name} is {key!r}, which is no key.", hint)


def _is_character(word: str) -> bool:
    return len(word) == 1 and word.isprintable() and not word.isspace()
