"""`docmind completion`: what a shell needs to complete docmind's commands, flags and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import speakers
from docmind.errors import UsageError

_PROGRAM = "docmind"
_VARIABLE = "_DOCMIND_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@with_flags()
def command(flags: Flags, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  eval "$(docmind completion bash)"         in ~/.bashrc
    zsh:   eval "$(docmind completion zsh)"          in ~/.zshrc
    fish:  docmind completion fish | source          in ~/.config/fish/config.fish
    """
    _, output = speakers(flags)
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"There is no completion for {shell}.")
    root = click.get_current_context().find_root().command
    complete = kind(root, {}, _PROGRAM, _VARIABLE)
    # Not complete.source(), which starts bash to look at its version.
    script = complete.source_template % complete.source_vars()
    if flags.json:
        output.record({"shell": shell, "script": script})
    else:
        output.verbatim(script)
