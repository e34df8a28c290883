"""Ctrl-C and `kill` end the program quietly; set up before anything that takes time is imported.

Nothing may be imported here that costs: until the handlers stand, an interrupted program prints
a traceback.
"""

from __future__ import annotations

import signal
from types import FrameType

from docmind.errors import ExitCode


def handle_signals() -> None:
    """Let SIGINT and SIGTERM unwind the program; a second one of a kind ends it on the spot."""
    signal.signal(signal.SIGINT, _unwind)
    signal.signal(signal.SIGTERM, _unwind)


def _unwind(number: int, _frame: FrameType | None) -> None:
    # SystemExit and not KeyboardInterrupt, which click would turn into a line on stderr.
    signal.signal(number, signal.SIG_DFL)
    raise SystemExit(ExitCode.INTERRUPTED if number == signal.SIGINT else ExitCode.TERMINATED)
