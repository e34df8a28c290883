"""The sessions of this home, for a command."""

from __future__ import annotations

from docmind.cli.invocation import Invocation
from docmind.sessions import Sessions


def open_history(invocation: Invocation) -> Sessions:
    """The history, to be closed by the caller. Raises HistoryError or HomeError."""
    return Sessions(invocation.configuration.folders.history)
