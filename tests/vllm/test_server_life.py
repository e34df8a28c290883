"""The life of a real vLLM: it starts, tells how far it is, and never leaves a process behind.

A start takes up to a minute, so each test tries several things on one server.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from docmind.errors import ServerNotStarted
from docmind.serving.command import Launch
from docmind.serving.launching import prepare
from docmind.serving.lease import ServerFolder
from docmind.serving.processes import born, of_home
from docmind.serving.server import ManagedServer, Starting
from docmind.serving.startup_log import StartPhase
from docmind.serving.status import status_of
from docmind.settings import Profile, ServerSettings
from tests.waiting import until

ROOT = Path(__file__).parents[2]


class Rig:
    """A home, the settings that serve the tiny model in it, and what runs there."""

    def __init__(self, home: Path, settings: ServerSettings) -> None:
        self.home, self.settings = home, settings
        self.server = ManagedServer(home, settings)

    def launch(self, settings: ServerSettings | None = None) -> Launch:
        return prepare(self.home, settings or self.settings, os.environ)

    def start(self) -> list[Starting]:
        return list(self.server.start(self.launch(), keep=True))

    def living(self) -> list[psutil.Process]:
        return [each for each in of_home(self.home.resolve()) if born(each.pid)]

    def engine(self) -> psutil.Process:
        return next(each for each in self.living() if "EngineCore" in each.name())


@pytest.fixture
def rig(
    home: Path,
    vllm_python: Path,
    tiny_model: Path,
    server_environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Rig]:
    for name in ("VLLM_CPU_KVCACHE_SPACE", "VLLM_CACHE_ROOT"):
        monkeypatch.setenv(name, server_environment[name])
    command = shlex.join([str(vllm_python), "-m", "vllm.entrypoints.openai.api_server"])
    settings = ServerSettings(command=command, model=str(tiny_model), profile=Profile.NATIVE)
    made = Rig(home, settings)
    yield made
    made.server.stop()
    assert made.living() == []


def test_a_start_tells_how_far_it_is_is_shared_and_an_api_server_killed_takes_all_along(
    rig: Rig,
) -> None:
    launch = rig.launch()
    told: list[Starting] = []
    errors: list[Exception] = []

    def start() -> None:
        try:
            told.extend(ManagedServer(rig.home, rig.settings).start(launch, keep=True))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert {each.phase for each in told} >= {StartPhase.STARTING, StartPhase.COMPILING}
    running = rig.server.running()
    assert running is not None
    assert (running.profile, running.window_tokens) == ("native", 32_768)
    assert running.uds is not None
    assert running.uds.is_socket()
    status = status_of(ServerFolder(rig.home.resolve()), rig.server.clients)
    assert status.state == "ready"
    assert status.kv_cache_tokens is not None
    assert status.requests_running == 0
    assert sum("EngineCore" in each.name() for each in rig.living()) == 1

    os.kill(running.pid, signal.SIGKILL)

    until(lambda: rig.server.last_failure)
    assert rig.living() == []
    assert rig.server.running() is None


def test_a_killed_engine_ends_the_server_and_a_killed_supervisor_leaves_nothing_for_long(
    rig: Rig,
) -> None:
    rig.start()
    rig.engine().kill()
    failure = until(lambda: rig.server.last_failure)
    assert failure.message
    assert rig.living() == []

    rig.start()
    running, lease = rig.server.running(), rig.server.lease
    assert running is not None
    assert lease is not None
    engine = rig.engine()
    os.kill(lease.supervisor, signal.SIGKILL)
    os.kill(running.pid, signal.SIGKILL)
    assert until(lambda: not born(running.pid))
    assert engine.is_running()

    stopped = rig.server.stop()

    assert stopped.orphans >= 1
    assert rig.living() == []


def test_a_docmind_that_is_killed_while_vllm_starts_leaves_what_stop_ends(rig: Rig) -> None:
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from docmind.serving.launching import prepare\n"
        "from docmind.serving.server import ManagedServer\n"
        "from docmind.settings import Profile, ServerSettings\n"
        "home = Path(sys.argv[1])\n"
        "settings = ServerSettings(command=sys.argv[2], model=sys.argv[3])\n"
        "server = ManagedServer(home, settings)\n"
        "for each in server.start(prepare(home, settings, os.environ), keep=False):\n"
        "    print(each.phase, flush=True)\n"
    )
    words = [sys.executable, "-c", program, str(rig.home)]
    words += [rig.settings.command, rig.settings.model]
    docmind = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert docmind.stdout is not None
    with docmind.stdout:
        docmind.stdout.readline()
        until(lambda: len(rig.living()) > 1)
        docmind.kill()
        docmind.wait()

    assert rig.server.loading is not None
    assert rig.server.stop().server
    assert rig.living() == []


def test_weights_that_are_not_there_and_a_window_that_is_too_long_are_named(
    rig: Rig, tmp_path: Path
) -> None:
    launch = rig.launch()
    words = list(launch.command)
    words[words.index("--max-model-len") + 1] = "131072"
    with pytest.raises(ServerNotStarted, match=r"131,072 tokens is more .* \(32,768\)"):
        list(rig.server.start(replace(launch, command=tuple(words)), keep=True))
    assert rig.living() == []

    folder = tmp_path / "model"
    shutil.copytree(rig.settings.model, folder)
    (folder / "model.safetensors").unlink()
    words = [str(folder) if word == rig.settings.model else word for word in launch.command]
    with pytest.raises(ServerNotStarted, match="weights are not here"):
        list(rig.server.start(replace(launch, command=tuple(words)), keep=True))
    assert rig.living() == []


def test_a_real_server_that_stalls_is_given_up(rig: Rig) -> None:
    hurried = ManagedServer(rig.home, replace(rig.settings, stall_seconds=0.5))

    with pytest.raises(ServerNotStarted, match="no progress"):
        list(hurried.start(rig.launch(), keep=True))

    assert rig.living() == []
