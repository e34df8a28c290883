"""`docmind serve`: installs, starts, watches and stops the vLLM server that docmind manages."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import click

from docmind.cli.commands.serve_plan import plan_command
from docmind.cli.flags import Flags, takes_value, with_flags
from docmind.cli.invocation import Invocation, start
from docmind.cli.progress import progress
from docmind.errors import ExitCode, NoServer, UsageError
from docmind.export.serving_records import InstallRecord, LogsRecord, ServeRecord, StopRecord
from docmind.serving.install import (
    CPU,
    CUDA,
    Release,
    environment_folder,
    install,
    installed_requirement,
)
from docmind.serving.launching import prepare
from docmind.serving.lease import ServerFolder
from docmind.serving.server import ManagedServer, Starting
from docmind.serving.status import ServerStatus, status_of
from docmind.settings import Profile, ServerSettings

_FOLLOW_SECONDS = 0.2


class _Serve(click.Group):
    """Lets flags stand before the command, as `docmind --home DIR serve start` puts them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move them behind it, where they are understood."""
        at = 0
        while at < len(args) and args[at].startswith("-") and args[at] not in ("-h", "--help"):
            at += 2 if takes_value(args[at]) else 1
        if 0 < at < len(args) and not args[at].startswith("-"):
            args = [args[at], *args[:at], *args[at + 1 :]]
        return super().parse_args(ctx, args)


@click.group("serve", cls=_Serve)
def command() -> None:
    """Install, start, watch and stop the vLLM server.

    docmind starts it by itself where it can; these commands are for who wants it to stay, or wants
    to know.
    """


command.add_command(plan_command)


@command.command("install")
@click.option("--cpu", is_flag=True, help="vLLM for the processor; slow, for trying things out.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@with_flags()
def install_command(flags: Flags, *, cpu: bool, yes: bool) -> None:
    """Make an environment of its own for vLLM, in docmind's folder."""
    invocation = start(flags)
    home = invocation.configuration.folders.home
    release = CPU if cpu else CUDA
    folder = environment_folder(home)
    if installed_requirement(home) == release.requirement:
        _told_installed(invocation, release, folder, anew=False)
        return
    if not yes:
        _ask(f"{release.requirement} takes about {release.gib:g} GiB in {folder}. Install it?")
    begun = time.monotonic()
    with (
        progress(invocation.talk, patience_seconds=0) as draw,
        closing(install(home, release)) as events,
    ):
        for event in events:
            step = f"{event.number} of {event.total}: {event.what}"
            draw(f"{step}, {time.monotonic() - begun:.0f} s. {event.detail[:60]}", 0, 0)
    _told_installed(invocation, release, folder, anew=True)


def _told_installed(invocation: Invocation, release: Release, folder: Path, *, anew: bool) -> None:
    if invocation.flags.json:
        invocation.output.record(InstallRecord(release.requirement, str(folder), anew))
    else:
        where = f"in {folder}" if anew else f"already, in {folder}"
        invocation.output.text(f"{release.requirement} is installed {where}.")


@command.command("start")
@click.option(
    "--profile",
    type=click.Choice(["auto", "native", "long"]),
    help="The model's own window, or the one stretched by YaRN.",
)
@click.option("--restart", is_flag=True, help="End the server that is there first.")
@with_flags()
def start_command(flags: Flags, *, profile: str | None, restart: bool) -> None:
    """Start the server, which stays until it is stopped."""
    invocation = start(flags)
    settings = invocation.settings.server
    if profile is not None:
        settings = replace(settings, profile=Profile(profile))
    if flags.model is not None:
        settings = replace(settings, model=flags.model)
    server = _server(invocation, settings)
    if restart:
        server.stop()
    begun = time.monotonic()
    with (
        progress(invocation.talk, patience_seconds=0) as draw,
        closing(_events(invocation, server, settings)) as events,
    ):
        for event in events:
            draw(_words(event, time.monotonic() - begun), 0, 0)
    _show(invocation, server)


@command.command("stop")
@with_flags()
def stop_command(flags: Flags) -> None:
    """End the server, and whatever a killed one has left behind."""
    invocation = start(flags)
    stopped = _server(invocation).stop()
    said = ["The server was stopped."] if stopped.server else []
    if stopped.orphans:
        said.append(f"Processes that a killed server had left were ended: {stopped.orphans}.")
    if invocation.flags.json:
        invocation.output.record(StopRecord(**asdict(stopped)))
    else:
        invocation.output.text(" ".join(said) or "No server was running.")


@command.command("status")
@with_flags()
def status_command(flags: Flags) -> int:
    """Say how the server is; the exit code is 3 where none is ready."""
    invocation = start(flags)
    return _show(invocation, _server(invocation))


@command.command("logs")
@click.option("-n", "lines", type=click.IntRange(min=1), default=50, help="How many lines.")
@click.option("-f", "--follow", is_flag=True, help="Go on with what is added, until Ctrl-C.")
@with_flags()
def logs_command(flags: Flags, *, lines: int, follow: bool) -> None:
    """Print the last lines that the server has written."""
    invocation = start(flags)
    if follow and flags.json:
        raise UsageError("--json ends with the last line, and --follow never does.")
    path = _server(invocation).log_path
    if not path.is_file():
        raise NoServer("No server has been started here yet.", "Try: docmind serve start")
    if flags.json:
        last = tuple(_lines(path, lines, follow=False))
        invocation.output.record(LogsRecord(str(path), last))
        return
    for line in _lines(path, lines, follow=follow):
        invocation.output.text(line)


def _server(invocation: Invocation, settings: ServerSettings | None = None) -> ManagedServer:
    found = settings or invocation.settings.server
    return ManagedServer(invocation.configuration.folders.home, found)


def _events(
    invocation: Invocation, server: ManagedServer, settings: ServerSettings
) -> Generator[Starting, None, None]:
    """Join the server that is there; plan one only where there is none."""
    if server.present:
        yield from server.join(keep=True)
        return
    home = invocation.configuration.folders.home
    yield from server.start(prepare(home, settings, os.environ), keep=True)


def _words(event: Starting, seconds: float) -> str:
    share = f" {event.progress:.0%}" if event.progress is not None else ""
    return f"{event.detail}: {event.phase}{share}, {seconds:.0f} s"


def _ask(question: str) -> None:
    """Go on only where a person says so; without one, --yes has to."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(question, "Try: docmind serve install --yes")
    click.confirm(question, abort=True, err=True)


def _show(invocation: Invocation, server: ManagedServer) -> int:
    folder = ServerFolder(invocation.configuration.folders.home.resolve())
    status = status_of(folder, server.clients)
    if invocation.flags.json:
        invocation.output.record(ServeRecord(**asdict(status), log=str(server.log_path)))
    else:
        invocation.output.text(_status_lines(status, server.log_path))
    return ExitCode.OK if status.state == "ready" else ExitCode.NO_ENGINE


def _status_lines(status: ServerStatus, log: Path) -> str:
    if status.state == "none":
        return "\n".join(["No server is running.", *filter(None, [status.note])])
    if status.state == "failed":
        return "\n".join(filter(None, [status.note, status.hint, f"Log: {log}"]))
    model, window = status.model, f"{status.window_tokens:,} tokens, profile {status.profile}"
    if status.state == "starting":
        share = f" {status.progress:.0%}" if status.progress is not None else ""
        return f"{model} is being started: {status.note}{share}\nWindow: {window}\nLog: {log}"
    where = f"unix:{status.socket}" if status.socket else status.base_url
    memory = f"{status.memory_mib:,} MiB"
    if status.gpu_memory_mib:
        memory += f", and {status.gpu_memory_mib:,} MiB of the GPUs"
    lines = [
        f"{model} is ready, by vLLM {status.version}",
        f"Window: {window}",
        f"Listens on: {where}",
        f"Process: {status.pid}, for {_duration(status.uptime_seconds or 0)}",
        f"Memory: {memory}",
        f"Requests: {status.requests_running or 0} running, {status.requests_waiting or 0} "
        "waiting; "
        f"processes that use it: {status.clients}",
    ]
    if status.kv_cache_tokens is not None:
        used = f", {status.kv_cache_share:.0%} in use" if status.kv_cache_share is not None else ""
        lines.append(f"KV cache: {status.kv_cache_tokens:,} tokens{used}")
    return "\n".join([*lines, f"Log: {log}"])


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _lines(path: Path, count: int, *, follow: bool) -> Iterator[str]:
    """The last lines, then (following) what is added, also by the next start's new file."""
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line.rstrip("\n") for line in deque(file, maxlen=count))
        line = ""
        while follow:
            line += file.readline()  # which may come in pieces
            if line.endswith("\n"):
                yield line.rstrip("\n")
                line = ""
                continue
            if _replaced(path, file.fileno()):
                break
            time.sleep(_FOLLOW_SECONDS)
    if follow:
        yield from _lines(path, count, follow=True)


def _replaced(path: Path, descriptor: int) -> bool:
    """Whether another file stands there by now."""
    try:
        return path.stat().st_ino != os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
