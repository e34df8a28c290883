"""A cluster of two processors, files that some of its processes do not survive, and what comes.

    python small_cluster.py FOLDER

Prints, as JSON, what became of each file of the folder and what else a test wants to know. A
program of its own, because Ray changes the process that it is in, and warns of itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from docmind.batch.inputs import Input
from docmind.batch.making import Made, Make, MakeEvent, Result, make_all
from docmind.batch.transient import Working
from docmind.cluster.crew import RayCrew, connected
from docmind.errors import ClusterError, DamagedInput, UsageError


@dataclass(frozen=True)
class Sizes:
    """Makes a result of each file: how many bytes it has. What a file says may come true."""

    refused: bool = False

    @contextmanager
    def __call__(self) -> Iterator[Make]:
        if self.refused:
            raise UsageError("It is not possible here.", "Try: elsewhere")
        yield _size_of


def _size_of(found: Input) -> Generator[MakeEvent, None, None]:
    text = found.path.read_text(encoding="utf-8")
    yield Working(0, 1, 0)
    if text == "die":
        os._exit(1)
    if text == "die once":
        found.path.write_text("live", encoding="utf-8")
        os._exit(1)
    if text == "fail":
        raise DamagedInput(f"{found.name} is damaged.", "Try: a copy")
    if text == "bug":
        raise Foreign(1, 2)
    yield Made(str(len(text)), "0" * 64, os.getpid())


class Foreign(Exception):
    """An error that cannot be sent as it is."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def _made(crew: RayCrew, folder: Path) -> dict[str, object]:
    inputs = [Input(path, path.name) for path in sorted(folder.iterdir())]
    return {
        event.input.name: {
            "record": event.made.record if event.made else None,
            "elsewhere": bool(event.made and event.made.tokens != os.getpid()),
            "error": f"{type(event.error).__name__}: {event.error}",
            "hint": getattr(event.error, "hint", ""),
        }
        for event in make_all(inputs, crew.make, crew.size)
        if isinstance(event, Result)
    }


def _refusal(crew: RayCrew, folder: Path) -> str:
    try:
        _made(crew, folder)
    except ClusterError as error:
        return f"{error} {error.hint}"
    return ""


def _addresses() -> list[str]:
    """Where this process and all that it has started listen."""
    this = psutil.Process()
    found = set()
    for process in [this, *this.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            found |= {
                connection.laddr.ip.removeprefix("::ffff:")
                for connection in process.net_connections("inet")
                if connection.status == psutil.CONN_LISTEN
            }
    return sorted(found)


def _told(folder: Path) -> dict[str, object]:
    with connected("local", 2) as ray:
        return {
            "files": _made(ray.crew(Sizes(), 2), folder),
            "refusal": _refusal(ray.crew(Sizes(refused=True), 2), folder),
            "addresses": _addresses(),
            "handles_terminate": signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL,
        }


if __name__ == "__main__":
    told = _told(Path(sys.argv[1]))
    told["left"] = [each.name() for each in psutil.Process().children(recursive=True)]
    told["keeps_token"] = "RAY_AUTH_TOKEN" in os.environ
    sys.stdout.write(json.dumps(told))
