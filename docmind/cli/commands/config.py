"""`docmind config`: what is set and why, where the file is, and a file to start from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from docmind.cli.config_file import documented, effective, literal
from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import Invocation, start
from docmind.disk import home_error
from docmind.errors import UsageError
from docmind.settings import Settings


@click.command("config")
@click.argument("action", type=click.Choice(["show", "path", "init", "keys"]))
@click.option(
    "--defaults", is_flag=True, help="With show: the defaults, each with its description."
)
@with_flags()
def command(flags: Flags, action: str, *, defaults: bool) -> None:
    """Show, locate or create the configuration file.

    \b
    show   every setting in force, and where its value comes from
    path   the file that is read, or that init would write
    init   write a file with every setting and its default; never overwrites
    keys   what has a key in the terminal application, by name, as [keys] sets it
    """
    invocation = start(flags)
    if action == "show":
        _show(invocation, Settings() if defaults else None)
    elif action == "keys":
        _show_keys(invocation)
    else:
        path = _path(invocation)
        if action == "init":
            _write(path)
        _tell(invocation, path)


def _show(invocation: Invocation, defaults: Settings | None) -> None:
    configuration = invocation.configuration
    if invocation.flags.json:
        settings = defaults or configuration.settings
        origins = {} if defaults else dict(configuration.origins)
        invocation.output.record({"settings": asdict(settings), "origins": origins})
    elif defaults:
        invocation.output.verbatim(documented(defaults))
    else:
        invocation.output.verbatim(effective(configuration.settings, configuration.origins))


def _show_keys(invocation: Invocation) -> None:
    # Imported here because it loads Textual, which nothing else of this command needs.
    from docmind.tui.all_keys import every_binding
    from docmind.tui.keymap import keymap

    known = every_binding()
    chosen = keymap(invocation.configuration.settings.keys, known)
    keys = {name: chosen.get(name, binding.key) for name, binding in known.items()}
    if invocation.flags.json:
        invocation.output.record({"keys": keys})
        return
    lines = (
        f"{literal(name)} = {literal(key)}  # {known[name].tooltip or known[name].description}"
        for name, key in keys.items()
    )
    invocation.output.text("\n".join(["[keys]", *lines]))


def _path(invocation: Invocation) -> Path:
    folders = invocation.configuration.folders
    return folders.config_file or folders.home / "config.toml"


def _write(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise home_error(path.parent, error) from error
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(documented(Settings()))
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already, and is left as it is.", "Try: docmind config show"
        ) from error
    except OSError as error:
        raise home_error(path.parent, error) from error


def _tell(invocation: Invocation, path: Path) -> None:
    if invocation.flags.json:
        invocation.output.record({"path": str(path), "exists": path.is_file()})
    else:
        invocation.output.text(str(path))
