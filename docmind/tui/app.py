"""The application: theme, signals, and an end that always gives the terminal back.

Textual would print a crash with the values of local variables, which may hold a document's text.
Here a crash only ends the application, and `run_app` raises it for the command line to report.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType

from docmind.errors import ConfigError, ExitCode
from docmind.streams import without_colour
from docmind.tui.messages import AllRead, DocumentArrived, ReadingFailed
from docmind.tui.screens.commanding import CommandingScreen

if TYPE_CHECKING:
    from textual.command import Provider

    from docmind.tui.seams import ReadingWorkspace

_SIGNALS = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: 128 + signal.SIGHUP,
}

GRACE_SECONDS = 2.0
"""How long leaving after a signal may take before the process is ended outright."""


def _commands() -> type[Provider]:
    """What the palette offers; imported when it is opened first."""
    from docmind.tui.palette import DocmindCommands

    return DocmindCommands


@dataclass
class Readings:
    """How it went with what was given to read; what is opened later counts on the screen alone."""

    failures: list[ReadingFailed] = field(default_factory=list)
    some_read: bool = False
    ended: bool = False

    @property
    def all_failed(self) -> bool:
        """Whether nothing of it could be read, and nothing is left that might be."""
        return self.ended and not self.some_read


class DocmindApp(App[None]):
    """Shows the reading screen until it is left."""

    CSS_PATH = "docmind.tcss"
    TITLE = "docmind"
    COMMANDS: ClassVar[set[Callable[[], type[Provider]]]] = {_commands}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self, workspace: ReadingWorkspace, paths: Sequence[Path], *, sample: bool = False
    ) -> None:
        """`sample`: the paths are not the reader's own, and the first screen says so."""
        plain = without_colour(os.environ)
        if not plain:
            os.environ.pop("NO_COLOR", None)  # Textual would take an empty one for a wish
        super().__init__(ansi_color=True if plain else None)
        self._workspace = workspace
        self._paths = paths
        self._sample = sample
        self.readings = Readings()
        self.crash: Exception | None = None
        self.owns_process = False
        interface = workspace.settings.interface
        # Over SSH an animated page-down is twenty times the bytes.
        glides = interface.animations and "SSH_CONNECTION" not in os.environ
        self.animation_level = "full" if glides else "none"
        if workspace.settings.keys:
            self.set_keymap(_keymap(workspace.settings.keys))
        theme = _theme(interface.theme or self.theme, self)
        # Without colour only an ANSI theme is free of it: the others become shades of grey.
        self.theme = "ansi-dark" if plain and not self.available_themes[theme].ansi else theme

    def get_default_screen(self) -> CommandingScreen:
        """What is there from the first moment on."""
        screen = CommandingScreen(self._workspace, self._paths, self.size.width)
        screen.sample = self._sample
        return screen

    def on_mount(self) -> None:
        """A signal ends the program as ctrl+q does, so that the terminal is restored."""
        loop = asyncio.get_running_loop()
        for number, exit_code in _SIGNALS.items():
            loop.add_signal_handler(number, self._end, int(exit_code))
        # The shell has drawn over everything: without this, only what changes would come back.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    @on(ReadingFailed)
    def _note_failure(self, event: ReadingFailed) -> None:
        if not self.readings.ended:
            self.readings.failures.append(event)

    @on(DocumentArrived)
    def _note_document(self) -> None:
        self.readings.some_read = self.readings.some_read or not self.readings.ended

    @on(AllRead)
    def _note_end(self) -> None:
        self.readings.ended = True

    def _end(self, exit_code: int) -> None:
        """Leave; where this is a process of its own, at the latest after a grace period.

        Where the terminal is gone, Textual's writing thread dies with its queue full, and leaving
        in good order would wait for that queue for ever.
        """
        self.exit(return_code=exit_code)
        if self.owns_process:
            last_resort = threading.Timer(GRACE_SECONDS, os._exit, (exit_code,))
            last_resort.daemon = True
            last_resort.start()

    def _handle_exception(self, error: Exception) -> None:
        self.crash = self.crash or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()


def run_app(
    workspace: ReadingWorkspace, paths: Sequence[Path], *, sample: bool = False
) -> tuple[int, Readings]:
    """Read these documents until the reader quits; gives the exit code, and what was not read.

    The terminal is as it was before, whatever ended the program. An unexpected exception is raised
    only after that.
    """
    app = DocmindApp(workspace, paths, sample=sample)
    app.owns_process = True
    app.run()
    if app.crash is not None:
        raise app.crash
    return app.return_code or int(ExitCode.OK), app.readings


def _keymap(keys: Mapping[str, str]) -> Mapping[str, str]:
    """The keys that were set. Every screen has to be known for that, so not without need."""
    from docmind.tui.all_keys import every_binding
    from docmind.tui.keymap import keymap

    return keymap(keys, every_binding())


def _theme(name: str, app: App[None]) -> str:
    if name not in app.available_themes:
        raise ConfigError(
            f"There is no theme {name!r}.",
            f"Set interface.theme to one of: {', '.join(sorted(app.available_themes))}",
        )
    return name
