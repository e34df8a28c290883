"""What a word on the command line is on the disk, if it is anything there.

`Path.exists` raises for a word that is too long to be a name, and a question may well be.
"""

from __future__ import annotations

import stat
from pathlib import Path


def _mode(word: str | Path) -> int:
    try:
        return Path(word).stat().st_mode
    except (OSError, ValueError):
        return 0


def exists(word: str | Path) -> bool:
    """Whether there is a file or a folder of this name."""
    return _mode(word) != 0


def is_file(word: str | Path) -> bool:
    """Whether there is a regular file of this name."""
    return stat.S_ISREG(_mode(word))


def is_folder(word: str | Path) -> bool:
    """Whether there is a folder of this name."""
    return stat.S_ISDIR(_mode(word))
