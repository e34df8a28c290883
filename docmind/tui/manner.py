"""How the next questions are to be answered, where the reader has changed it while running.

It holds what was typed (a role's name, not its instructions), because the status line tells it.
What was never changed stays as config.toml and the command line have it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from docmind.answers.options import AskOptions
from docmind.errors import UsageError
from docmind.settings import ReadingMode, Settings

AS_SET = "default"
"""What is typed to go back to the settings."""

MOST_OUTPUT_TOKENS = 8_192
_WILDEST = 2.0


@dataclass(frozen=True, slots=True)
class Manner:
    """What differs from the settings; empty and None: nothing."""

    role: str = ""
    mode: ReadingMode | None = None
    temperature: float | None = None
    output_tokens: int | None = None

    @property
    def words(self) -> str:
        """All of it, short: "lawyer, whole, temperature 0.5, 500 tokens"."""
        parts = [self.role] if self.role else []
        parts += [self.mode.value] if self.mode is not None else []
        parts += [f"temperature {self.temperature:g}"] if self.temperature is not None else []
        parts += [f"{self.output_tokens:,} tokens"] if self.output_tokens is not None else []
        return ", ".join(parts)

    def options(self, settings: Settings) -> AskOptions:
        """As a question carries it."""
        role = settings.roles.get(self.role)
        return AskOptions(
            mode=self.mode,
            role=role.instructions if role is not None else "",
            temperature=self.temperature,
            max_output_tokens=self.output_tokens,
        )


def with_role(manner: Manner, name: str, settings: Settings) -> Manner:
    """Another role answers. Raises UsageError for one that is not there."""
    if name == AS_SET:
        return replace(manner, role="")
    if name not in settings.roles:
        raise UsageError(
            f"There is no role {name!r}." if name else "Which role?",
            f"There are: {', '.join(sorted(settings.roles))}; /role {AS_SET} goes back.",
        )
    return replace(manner, role=name)


def with_mode(manner: Manner, name: str) -> Manner:
    """The documents are read otherwise. Raises UsageError for a mode that is not there."""
    if name == AS_SET:
        return replace(manner, mode=None)
    try:
        return replace(manner, mode=ReadingMode(name))
    except ValueError as error:
        raise UsageError(
            f"There is no mode {name!r}." if name else "Which mode?",
            f"There are: {', '.join(ReadingMode)}; /mode {AS_SET} goes back.",
        ) from error


def with_temperature(manner: Manner, text: str) -> Manner:
    """Words are chosen more or less boldly. Raises UsageError for what is no temperature."""
    if text == AS_SET:
        return replace(manner, temperature=None)
    try:
        temperature = float(text)
    except ValueError:
        temperature = math.nan
    if not 0 <= temperature <= _WILDEST:
        raise UsageError(
            f"{text!r} is no temperature." if text else "Which temperature?",
            f"It is a number from 0 (sober) to 2 (wild); /temperature {AS_SET} goes back.",
        )
    return replace(manner, temperature=temperature)


def with_length(manner: Manner, text: str) -> Manner:
    """Answers may be longer, or have to be shorter. Raises UsageError for what is no length."""
    if text == AS_SET:
        return replace(manner, output_tokens=None)
    tokens = int(text) if text.isdecimal() and len(text) < 6 else 0
    if not 1 <= tokens <= MOST_OUTPUT_TOKENS:
        raise UsageError(
            f"{text!r} is no length." if text else "Which length?",
            f"It is a number of tokens from 1 to {MOST_OUTPUT_TOKENS}; "
            f"/length {AS_SET} goes back.",
        )
    return replace(manner, output_tokens=tokens)
