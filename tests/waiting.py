"""Waiting for something that happens in another thread or process, and no longer than needed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")


def until(found: Callable[[], T | None], seconds: float = 60.0) -> T:
    """What is found at last; the test fails where that does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.02)
    pytest.fail("What was waited for did not happen.")
