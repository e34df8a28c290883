"""What was typed, made ready to use: settings, talk and output."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import click

from docmind.cli.diagnostics import Talk
from docmind.cli.flags import Flags
from docmind.cli.output import Output
from docmind.config import Configuration, configure
from docmind.errors import UsageError
from docmind.settings import Settings
from docmind.streams import without_colour

_PAGES = re.compile(r"(\d+)(-(\d*))?")
_LAST_PAGE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Invocation:
    """One run of a command."""

    flags: Flags
    configuration: Configuration
    talk: Talk
    output: Output

    @property
    def settings(self) -> Settings:
        """What is set, flags included."""
        return self.configuration.settings


def speakers(flags: Flags) -> tuple[Talk, Output]:
    """Set up stderr and stdout as the flags want them."""
    talk: Talk = click.get_current_context().obj
    talk.quiet, talk.verbose = flags.quiet, flags.verbose
    talk.colour = talk.colour and not flags.no_color
    return talk, Output(colour=not flags.no_color and not without_colour(os.environ))


def start(flags: Flags) -> Invocation:
    """Work out the settings; raises ConfigError."""
    talk, output = speakers(flags)
    configuration = configure(flags.settings(), os.environ, home=flags.home, config=flags.config)
    talk.home = configuration.folders.home
    return Invocation(flags, configuration, talk, output)


def page_range(text: str | None) -> range | None:
    """The physical pages that "7", "10-20" or "10-" means; raises UsageError."""
    if text is None:
        return None
    match = _PAGES.fullmatch(text.strip())
    if match:
        first = int(match[1])
        last = first if match[2] is None else int(match[3]) if match[3] else _LAST_PAGE
        if 1 <= first <= last:
            return range(first, last + 1)
    raise UsageError(f"--pages {text!r} is no range of pages.", "Try: --pages 10-20, 7 or 10-")
