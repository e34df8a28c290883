"""A terminal to run docmind in as a person does: tmux, which keeps the screen as text."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 20


class Terminal:
    """A terminal that runs one shell command."""

    def __init__(self, folder: Path) -> None:
        self._socket = str(folder / "tmux")

    def start(self, command: str, width: int = 80, height: int = 24) -> None:
        """Run a command; the shell stays when it has ended."""
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height),
            "-c", str(ROOT), f"{command}; echo exit=$?; exec cat",
        )  # fmt: skip

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names; other words are typed as they are."""
        self._tmux("send-keys", *keys)

    def resize(self, width: int, height: int) -> None:
        """Another size."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def screen(self) -> str:
        """What stands on it."""
        return self._tmux("capture-pane", "-p")

    def state(self, variable: str) -> str:
        """One of tmux's variables about the terminal."""
        return self._tmux("display-message", "-p", f"#{{{variable}}}").strip()

    def wait_for(self, pattern: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Wait until the screen matches; gives the screen."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            screen = self.screen()
            if re.search(pattern, screen):
                return screen
            time.sleep(0.05)  # between two looks; what is waited for is the condition
        size = self.state("window_width")
        raise AssertionError(f"{pattern!r} did not come, {size} columns:\n{self.screen()}")

    def program(self) -> int:
        """The process of the program that runs in it."""
        shell = self.state("pane_pid")
        children = subprocess.run(
            ["pgrep", "-P", shell], capture_output=True, text=True, check=True
        ).stdout.split()
        return int(children[0])

    def close(self) -> None:
        """End it, with all that runs in it."""
        self._tmux("kill-server")

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        for name in ("COLUMNS", "LINES"):  # which would stand above the terminal's own size
            environment.pop(name, None)
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False
        )
        return done.stdout
