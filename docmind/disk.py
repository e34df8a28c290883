"""What stands on the disk under a path, and why docmind's own folder there cannot be written.

`Path.exists` and its like raise for a word that is too long to be a name, and a question may well
be; these never do.
"""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from docmind.errors import HomeError


def _mode(path: str | Path) -> int:
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):
        return 0


def exists(path: str | Path) -> bool:
    """Whether there is a file or a folder of this name."""
    return _mode(path) != 0


def is_file(path: str | Path) -> bool:
    """Whether there is a regular file of this name."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder of this name."""
    return stat.S_ISDIR(_mode(path))


def expanded(path: str | Path) -> Path:
    """The path with ~ written out; as it stands where it names a user that does not exist."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def home_error(folder: Path, error: OSError) -> HomeError:
    """What keeps docmind from writing its own files, in words."""
    return HomeError(
        f"docmind's folder {folder} cannot be written: {_why(error)}.",
        "Try: another folder, with --home DIR or DOCMIND_HOME",
    )


def unwritable(folder: Path, error: OSError) -> HomeError:
    """What keeps docmind from writing into a folder that the user named, in words."""
    return HomeError(
        f"The folder {folder} cannot be written: {_why(error)}.", "Try: another folder"
    )


def _why(error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "its disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EROFS: "its file system is read-only",
        errno.EACCES: "permission is denied",
        errno.EPERM: "permission is denied",
    }
    return reasons.get(error.errno or 0, error.strerror or str(error))
