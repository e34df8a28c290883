"""What was typed, made ready to use: settings, talk, output, and what the flags ask of the engine.

A flag that the engine cannot honour is never dropped in silence. One that asks for another engine
ends the run; one that only shapes a model's words becomes a warning.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import click

from docmind.cli.diagnostics import Talk
from docmind.cli.flags import Flags
from docmind.cli.output import Output
from docmind.config import Configuration, configure
from docmind.errors import EngineError, UsageError
from docmind.settings import Settings

ENGINES = ("auto", "extractive")
"""The engines that there are; `auto` takes the extractive one."""

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
    return talk, Output(colour=not flags.no_color and "NO_COLOR" not in os.environ)


def start(flags: Flags) -> Invocation:
    """Work out the settings; raises ConfigError."""
    talk, output = speakers(flags)
    configuration = configure(flags.settings(), os.environ, home=flags.home, config=flags.config)
    talk.home = configuration.folders.home
    return Invocation(flags, configuration, talk, output)


def require_engine(invocation: Invocation) -> None:
    """Raise EngineError if the flags or the settings ask for an engine that is not there."""
    name = invocation.settings.engine.name
    flags = invocation.flags
    if name not in ENGINES:
        raise EngineError(
            f"There is no engine called {name!r} here; only the extractive one answers.",
            "Try: --engine extractive",
        )
    asked = {
        "--base-url": flags.base_url is not None,
        "--model": flags.model is not None,
        "--require-whole": flags.require_whole,
        f"--mode {flags.mode}": flags.mode in ("whole", "every-part"),
    }
    for flag, typed in asked.items():
        if typed:
            raise EngineError(
                f"{flag} needs a language model, and only the extractive engine is here.",
                f"Leave {flag.split()[0]} out: the best sentences of the documents are quoted.",
            )


def model_flag_warnings(flags: Flags) -> tuple[str, ...]:
    """One warning for each flag that shapes what a model reads or writes: there is none here."""
    typed = {
        "--temperature": flags.temperature,
        "--top-p": flags.top_p,
        "--max-output": flags.max_output,
        "-k": flags.passages,
    }
    return tuple(
        f"{flag} has no effect with the extractive engine, which quotes the best sentences."
        for flag, value in typed.items()
        if value is not None
    )


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
