"""Whether Chroma's files may be opened in this process: damaged ones end it by a signal.

The files of Chroma's index are mapped and trusted by its native code; one that is cut short or
overwritten is a segmentation fault, which nothing in the process can catch. So a mark beside the
folder says how its index looked when it was last used well. Where it looks otherwise, or where
the process that took the mark away never brought it back, a child process tries it first.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from docmind.children import environment_of_child
from docmind.errors import LibraryError

TRIAL_SECONDS = 300.0
"""A large index takes seconds to load; one that takes so long hangs."""


class Health:
    """The mark of a folder of Chroma."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = folder.with_name(f"{folder.name}.used-well")
        self._written = ""

    def check(self) -> None:
        """Take the mark away; where it is not right, try the folder. Raises LibraryError."""
        looks = self._looks()
        if looks and looks != self._marked():
            try_in_child(self._folder)
        with suppress(OSError):
            self._mark.unlink(missing_ok=True)
        self._written = ""

    def mark(self) -> None:
        """The index was used as it is now, and nothing happened."""
        looks = self._looks()
        if looks != self._written:
            with suppress(OSError):  # the next process tries it again
                self._mark.write_text(looks, encoding="ascii")
                self._written = looks

    def _marked(self) -> str:
        try:
            return self._mark.read_text(encoding="ascii")
        except (OSError, ValueError):
            return ""

    def _looks(self) -> str:
        """Sizes and times of change of the index's files; empty where there are none.

        Those of the database are left out: every opening touches it, and SQLite reports damage.
        """
        lines: list[str] = []
        with suppress(OSError):
            for folder in sorted(each for each in self._folder.iterdir() if each.is_dir()):
                for path in sorted(folder.iterdir()):
                    status = path.stat()
                    lines.append(f"{path.name} {status.st_size} {status.st_mtime_ns}")
        text = "\n".join(lines).encode("utf-8", "surrogateescape")
        return hashlib.blake2b(text, digest_size=16).hexdigest() if lines else ""


def try_in_child(folder: Path) -> None:
    """Have a process of its own open and ask all of it; raises LibraryError where that ends it.

    What Chroma itself reports is left to the caller, who is told the same when he opens it.
    """
    command = [sys.executable, "-P", "-m", "docmind.store.trial", str(folder)]
    try:
        status = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment_of_child(os.environ, {}),
            timeout=TRIAL_SECONDS,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        reason = f"a process that opened them did not end within {TRIAL_SECONDS:.0f} seconds"
    else:
        if status >= 0:
            return
        reason = f"a process that opened them was ended by {signal.Signals(-status).name}"
    raise LibraryError(
        f"The library's vectors in {folder} are damaged: {reason}.",
        "Make them again: docmind sync --rebuild",
    )
