"""Names that are short enough for a line, and still tell documents apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Each name's last part, with as many folders before it as no other name shares."""
    parts = {name: name.split("/") for name in names}
    shown = dict.fromkeys(parts, 1)
    for _ in range(max(map(len, parts.values()), default=0)):
        taken = Counter(_tail(parts[name], count) for name, count in shown.items())
        for name, count in shown.items():
            if taken[_tail(parts[name], count)] > 1 and count < len(parts[name]):
                shown[name] = count + 1
    return {name: _tail(parts[name], count) for name, count in shown.items()}


def _tail(parts: Sequence[str], count: int) -> str:
    return "/".join(parts[-count:])
