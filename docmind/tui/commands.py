"""What can be typed after a slash. The help and the palette are made of this table too."""

from __future__ import annotations

import re
from typing import NamedTuple

from docmind.errors import UsageError

_TYPED = re.compile(r"/(?P<name>[\w-]*)(?:\s+(?P<argument>.*))?", re.DOTALL)


class Command(NamedTuple):
    """A command. `argument` is what follows it, in capitals; `alone` says that it may be left."""

    name: str
    argument: str
    description: str
    alone: bool = False

    @property
    def usage(self) -> str:
        """As it is typed."""
        return f"/{self.name} {self.argument}".strip()


COMMANDS = (
    Command("copy", "", "copy the selected answer as Markdown"),
    Command("plain", "", "copy the selected answer as plain text"),
    Command(
        "export", "FILE", "write the answers: .md .json .html, or .pdf with marks", alone=True
    ),
    Command("page", "N", "go to a page: 12, or p10 as it is printed"),
    Command("find", "TEXT", "search in the document"),
    Command("summarize", "", "summarize the section in view"),
    Command("explain", "", "explain what the mouse selected, or the passage in view"),
    Command("role", "NAME", "who answers: lawyer, analyst, researcher, engineer, or your own"),
    Command("mode", "NAME", "what a model reads: auto, whole, every-part, retrieve"),
    Command("temperature", "X", "how a model chooses words: 0 sober, 2 wild"),
    Command("length", "N", "the longest answer of a model, in tokens"),
    Command("clear", "", "answer as it is set again: no role, mode, temperature, length"),
    Command("library", "", "the library: open, add, remove, bring up to date"),
    Command("history", "WORDS", "search what was asked before", alone=True),
    Command("help", "", "all keys and commands"),
    Command("quit", "", "quit"),
)
_BY_NAME = {command.name: command for command in COMMANDS}


def is_command(text: str) -> bool:
    """Whether this is meant as a command, and not as a question about a path like /etc/hosts."""
    return _TYPED.fullmatch(text.strip()) is not None


def command_of(text: str) -> tuple[Command, str]:
    """The command and its argument. Raises UsageError, which says what there is."""
    match = _TYPED.fullmatch(text.strip())
    name = match["name"] if match else text
    argument = ((match["argument"] if match else "") or "").strip()
    command = _BY_NAME.get(name)
    if command is None:
        listed = " ".join(f"/{each.name}" for each in COMMANDS)
        raise UsageError(f"There is no command /{name}.", f"There are: {listed}")
    if argument and not command.argument:
        raise UsageError(f"/{name} stands alone.", f"Type: {command.usage}")
    return command, argument


def commands_like(begun: str) -> list[str]:
    """Names of the commands that begin so."""
    return [command.name for command in COMMANDS if command.name.startswith(begun)]
