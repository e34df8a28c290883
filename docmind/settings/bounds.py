"""What the numbers of settings may be."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def at_least(minimum: float, default: Any) -> Any:
    """A number that may be as small as `minimum`; without this, it must be above 0."""
    return field(default=default, metadata={"minimum": minimum})
