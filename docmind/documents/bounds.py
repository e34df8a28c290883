"""What a link may not lead out of: the folder that was asked for, or the repository that it is in.

The folder may be a stranger's, and what lies outside is not for those who read about it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


class Bounds:
    """The folder that no link may lead out of."""

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._reason = f"a link that leads out of {name}"
        self._holds: dict[str, bool] = {}

    def why_not(self, link: str) -> str:
        """Why a link that leads somewhere is not followed; empty where it leads inside."""
        return "" if self._has(link) else self._reason

    def why_not_below(self, path: str) -> str:
        """Why nothing in the folder of this path is read; empty where that lies inside."""
        folder = path.rpartition("/")[0]
        holds = self._holds.get(folder)
        if holds is None:
            holds = self._holds[folder] = self._holds_folder(folder)
        return "" if holds else self._reason

    def _holds_folder(self, folder: str) -> bool:
        """Known of a folder that is no link from the one above it, for a tenth of the time."""
        if self._holds.get(folder.rpartition("/")[0]) and not _is_link(folder):
            return True
        return self._has(folder or ".")

    def _has(self, path: str) -> bool:
        try:
            return Path(path).resolve().is_relative_to(self._root)
        except (OSError, RuntimeError, ValueError):  # it goes round in a circle
            return False


def _is_link(path: str) -> bool:
    """Also where that cannot be said, so that it is looked at closely."""
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return True


def repository_of(folder: Path) -> Path:
    """The folder of the repository that a folder is in."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
