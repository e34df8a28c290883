"""`docmind serve` as a process of its own: interrupted, and following a log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docmind.serving.child import rotate
from docmind.serving.lease import ServerFolder
from docmind.serving.server import ManagedServer
from docmind.settings import ServerSettings
from tests.unit.serving.conftest import Bench
from tests.waiting import until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ended with the test."""
    begun: list[subprocess.Popen[str]] = []
    yield begun
    for process in begun:
        process.kill()
        process.communicate()


def docmind(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "docmind", "serve", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_start_that_is_interrupted_leaves_nothing(
    configured: Path,
    run: list[subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    code: int,
) -> None:
    monkeypatch.setenv("DOCMIND_SERVER_EXTRA_ARGUMENTS", "--act hang")
    server = ManagedServer(configured, ServerSettings())
    run.append(docmind("start"))
    until(lambda: server.loading)

    os.kill(run[0].pid, number)

    assert run[0].wait(60) == code
    assert server.loading is None
    assert Bench(configured).left() == []


def test_logs_are_followed_into_the_next_start(
    home: Path, run: list[subprocess.Popen[str]]
) -> None:
    folder = ServerFolder(home)
    folder.make()
    folder.log.write_text("one\ntwo\n", encoding="utf-8")
    run.append(docmind("logs", "-n", "1", "-f"))
    stdout = run[0].stdout
    assert stdout is not None

    assert stdout.readline() == "two\n"
    with folder.log.open("a", encoding="utf-8") as file:
        file.write("three\n")
    assert stdout.readline() == "three\n"
    rotate(folder.log)
    folder.log.write_text("four\n", encoding="utf-8")
    assert stdout.readline() == "four\n"
    run[0].send_signal(signal.SIGINT)
    assert run[0].wait(30) == 130
