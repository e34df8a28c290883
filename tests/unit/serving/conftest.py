"""A managed server whose vLLM is a small program, and what is left of it afterwards: nothing."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from docmind.serving.command import Launch, Listen
from docmind.serving.lease import ServerFolder
from docmind.serving.processes import born, is_alive, of_home
from docmind.serving.server import ManagedServer
from docmind.settings import Profile, ServerSettings
from tests.waiting import until

FAKE = Path(__file__).with_name("fake_vllm.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Bench:
    """A home, its server, and launches of the small program."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.pids_file = home / "pids"
        self.server = self.managed()

    @property
    def socket(self) -> Path:
        """Where a server without a port listens."""
        return ServerFolder(self.home.resolve()).socket

    def managed(self, *, stall: float = 20.0, idle_minutes: float = 30) -> ManagedServer:
        return ManagedServer(
            self.home, ServerSettings(stall_seconds=stall, idle_minutes=idle_minutes)
        )

    def hurried(self, *, idle_seconds: float) -> ManagedServer:
        return self.managed(idle_minutes=idle_seconds / 60)

    def wait_for_metrics(self, *, times: int) -> None:
        """Until the small program was asked for its metrics so often since now."""
        asked = self.pids_file.with_name("asked")
        asked.unlink(missing_ok=True)
        until(lambda: asked.is_file() and asked.stat().st_size >= times)

    def launch(
        self, act: str = "serve", *, profile: Profile = Profile.NATIVE, port: int = 0
    ) -> Launch:
        """What starts the small program, as a Launch starts vLLM."""
        uds = None if port else self.socket
        where = ["--port", str(port)] if port else ["--uds", str(uds)]
        return Launch(
            command=(sys.executable, str(FAKE), "--model", "folder", "--act", act, *where),
            environment={"FAKE_PIDS": str(self.pids_file)},
            model="folder",
            window_tokens=8192,
            profile=profile,
            listen=Listen(uds, port),
        )

    def start(self, act: str = "serve") -> None:
        for _ in self.server.start(self.launch(act), keep=True):
            pass

    def pids(self) -> tuple[int, int]:
        """The ids of the API server and of its engine."""

        def written() -> str | None:
            return self.pids_file.read_text() if self.pids_file.is_file() else None

        api, engine = until(written).split()
        return int(api), int(engine)

    def supervisor(self) -> psutil.Process:
        lease = self.server.lease
        assert lease is not None
        return psutil.Process(lease.supervisor)

    def supervisor_lives(self) -> bool:
        lease = self.server.lease
        return lease is not None and is_alive(lease.supervisor, lease.supervisor_born)

    def left(self) -> list[psutil.Process]:
        """Processes of this home that still run, its supervisor among them."""
        lease = self.server.lease
        found = of_home(self.home.resolve())
        if lease is not None and self.supervisor_lives():
            found += [psutil.Process(lease.supervisor)]
        return [each for each in found if born(each.pid)]


@pytest.fixture
def bench(home: Path) -> Iterator[Bench]:
    made = Bench(home)
    yield made
    made.server.stop()
    for process in made.left():
        os.kill(process.pid, signal.SIGKILL)
