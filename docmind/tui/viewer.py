"""Opens a PDF in another program, at a page: a list of words, never a shell's line."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from docmind.errors import UsageError

SOON_SECONDS = 3.0
"""A viewer that ends with an error within this time has not opened anything."""

_HINT = "[interface] viewer in config.toml names another, as in: zathura -P {page} {file}"


def viewer_command(
    template: str, path: Path, page: int, environment: Mapping[str, str]
) -> list[str]:
    """The words to run; without a template, what the desktop opens such files with.

    Raises UsageError where there is no desktop, or the template is no command.
    """
    file = str(path.absolute())
    if not template:
        if sys.platform == "darwin":
            return ["open", file]
        if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
            raise UsageError("There is no desktop here to open a PDF on.", _HINT)
        return ["xdg-open", file]
    try:
        words = shlex.split(template)
    except ValueError as error:
        raise UsageError(f"interface.viewer is no command: {error}.", _HINT) from error
    if not words:
        raise UsageError("interface.viewer is no command.", _HINT)
    if "{file}" not in template:
        words.append("{file}")
    return [word.replace("{page}", str(page)).replace("{file}", file) for word in words]


def open_viewer(words: list[str]) -> None:
    """Start it, apart from this terminal; returns when it has ended or has lasted a while.

    Raises UsageError where it cannot be started, or ends with an error at once.
    """
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"{words[0]} cannot be started: {error.strerror}.", _HINT) from error
    try:
        exit_code = process.wait(SOON_SECONDS)
    except subprocess.TimeoutExpired:
        return
    if exit_code:
        raise UsageError(f"{words[0]} could not open it: it ended with {exit_code}.", _HINT)
