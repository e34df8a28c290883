"""Where copied text goes: the desktop's own clipboard, or the terminal's, and a file in any case.

A terminal is asked by an escape sequence (OSC 52) and never says whether it obeyed; so where a
desktop's tool is at hand it is used, and over SSH, where that would be the wrong machine's
clipboard, the terminal is asked. The file is what can be relied on.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from docmind.drafts import write_whole
from docmind.errors import HomeError

PATIENCE_SECONDS = 5.0
"""How long a tool may take; one that waits for a display that is gone would wait for ever."""

_OVER_SSH = ("SSH_CONNECTION", "SSH_TTY")


def tool_for(
    environment: Mapping[str, str],
    find: Callable[[str], str | None] = shutil.which,
    platform: str = sys.platform,
) -> tuple[str, ...]:
    """The command that takes text for this desktop's clipboard; empty: ask the terminal."""
    if any(environment.get(name) for name in _OVER_SSH):
        return ()
    tools: list[tuple[str, ...]] = [("pbcopy",)] if platform == "darwin" else []
    if environment.get("WAYLAND_DISPLAY"):
        tools.append(("wl-copy",))
    if environment.get("DISPLAY"):
        tools += [("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")]
    if environment.get("WSL_DISTRO_NAME"):
        tools.append(("clip.exe",))
    return next((tool for tool in tools if find(tool[0])), ())


def give(tool: Sequence[str], text: str) -> bool:
    """Give the text to a tool; whether it took it."""
    try:
        # The tool goes on serving the clipboard behind us: it must not hold our pipes open.
        done = subprocess.run(
            list(tool),
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def keep(text: str, home: Path, name: str) -> str:
    """Write what was copied into a file of docmind's folder; gives the words that tell of it."""
    try:
        write_whole(home / name, text.encode("utf-8", "replace"))
    except HomeError as error:
        return f"no file: {error}"
    return str(home / name).replace(str(Path.home()), "~", 1)
