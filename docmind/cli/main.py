"""The command `docmind`: which commands there are, and which one was meant.

Nothing here may import more than click: `docmind --help` has to answer in the time of click
itself, so the help lines stand in a table and a command's module is imported when it is run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from docmind import __version__
from docmind.cli.diagnostics import Talk, discard_output, exit_code_of
from docmind.disk import exists
from docmind.errors import ExitCode

COMMANDS: Final = {
    "open": "Read documents and ask about them, in the terminal.",
    "ask": "Answer a question from documents, with citations.",
    "compare": "Ask the same question of several documents, side by side.",
    "extract": "Fill a JSON Schema from documents, every value with its evidence.",
    "search": "Rank the passages that match a query.",
    "summarize": "Summarize documents, every line with its citations.",
    "add": "Add files and folders to the library.",
    "list": "List what is in the library.",
    "remove": "Remove documents from the library; the files stay where they are.",
    "sync": "Bring the library up to date with the files on the disk.",
    "show": "Print the text of a document, page by page.",
    "sessions": "List the sessions: what was asked about which documents.",
    "export": "Write a session out: its questions, answers and evidence.",
    "serve": "Install, start, watch and stop the vLLM server.",
    "doctor": "Say what works on this machine, and what does not.",
    "config": "Show, locate or create the configuration file.",
    "schema": "Print the JSON Schema of a record.",
    "completion": "Print the completion script of a shell.",
}
"""Every command with its line in the help; a test holds these equal to the commands' own."""

_GROUP_OPTIONS = ("-h", "--help", "--version")


class Commands(click.Group):
    """Finds the command; a path in its place means `open`, an unknown word names the nearest."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """All commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import a command's module."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"docmind.cli.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The table of commands, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let flags stand before the command too: they are the command's, or those of `open`."""
        if args and args[0].startswith("-") and args[0] not in _GROUP_OPTIONS:
            args = _command_first(args)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names, or `open` where it is a path."""
        word = args[0]
        if word not in COMMANDS and not ctx.resilient_parsing:
            if not _looks_like_path(word):
                close = get_close_matches(word, COMMANDS, n=1)
                hint = f" Did you mean '{close[0]}'?" if close else ""
                raise click.UsageError(f"There is no command or file '{word}'.{hint}", ctx)
            return "open", self.get_command(ctx, "open"), args
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:  # noqa: ARG002 - click's
        """Commands, and files for `docmind PATH`."""
        from click.shell_completion import CompletionItem

        names = [name for name in COMMANDS if name.startswith(incomplete)]
        found = [CompletionItem(name, help=COMMANDS[name]) for name in names]
        return [*found, CompletionItem(incomplete, type="file")]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has seen enough (`| head`) is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Caught here because click would make an exit code of 1 out of it.
            discard_output()
            return ExitCode.OK

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run a command and exit as the interface promises, whatever happens."""
        talk = Talk()
        extra |= {"standalone_mode": False, "obj": talk}
        run_command = super().main
        sys.exit(exit_code_of(lambda: run_command(args, *rest, **extra), talk))


def _looks_like_path(word: str) -> bool:
    return word.startswith((".", "~")) or "/" in word or bool(Path(word).suffix) or exists(word)


def _command_first(args: list[str]) -> list[str]:
    """The arguments with the command before its flags."""
    from docmind.cli.flags import takes_value

    at = 0
    while at < len(args) and args[at].startswith("-") and args[at] not in ("-", "--"):
        at += 2 if takes_value(args[at]) else 1
    if at < len(args) and args[at] in COMMANDS:
        return [args[at], *args[:at], *args[at + 1 :]]
    return ["open", *args]


@click.group(
    "docmind",
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="docmind PATH… is short for docmind open PATH…; each command has a --help of its own.",
)
@click.version_option(__version__, prog_name="docmind", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Ask a long document anything, and get an answer that you can check.

    \b
    docmind open                                       try it, on a sample contract
    docmind contract.pdf                               read it and ask about it
    docmind ask "When does it end?" contract.pdf       one question, one answer
    docmind search "termination" contract.pdf          the passages themselves
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
