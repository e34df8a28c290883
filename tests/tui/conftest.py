"""Tests of the terminal application see no settings of the terminal that they run in."""

from __future__ import annotations

import os

import pytest

from docmind.tui.screens.receiving import ReceivingScreen


@pytest.fixture(autouse=True)
def time_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer takes longer on a machine that is busy."""
    monkeypatch.setattr(ReceivingScreen, "clock", staticmethod(lambda: 0.0))


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TEXTUAL_* and NO_COLOR, which change what is drawn."""
    for name in list(os.environ):
        of_the_plugin = name.startswith("TEXTUAL_SNAPSHOT")
        if name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
            monkeypatch.delenv(name)  # a test must not touch the clipboard of who runs it
        if (name.startswith("TEXTUAL") and not of_the_plugin) or name == "NO_COLOR":
            monkeypatch.delenv(name)
