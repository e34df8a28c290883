"""Whether the server is in use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from docmind.serving.probe import Probe
from docmind.serving.processes import born
from docmind.serving.usage import Usage, client, clients


class Metrics(Probe):
    """A probe whose metrics are set."""

    def __init__(self) -> None:
        super().__init__("", 1)
        self.now: Mapping[str, float] = {}

    def metrics(self) -> Mapping[str, float]:
        return self.now


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_without_requests_tokens_or_clients_counts_as_idle(tmp_path: Path) -> None:
    clock, probe = Clock(), Metrics()
    usage = Usage(tmp_path, probe, clock=clock)
    probe.now = {"num_requests_running": 0, "prompt_tokens": 5}
    usage.idle_seconds()

    clock.now += 60
    assert usage.idle_seconds() == 60

    probe.now = {"num_requests_running": 1, "prompt_tokens": 5}
    assert usage.idle_seconds() == 0

    clock.now += 60
    probe.now = {"num_requests_running": 0, "prompt_tokens": 905}
    assert usage.idle_seconds() == 0

    clock.now += 60
    with client(tmp_path):
        assert usage.idle_seconds() == 0
    clock.now += 60
    assert usage.idle_seconds() == 60


def test_a_server_that_does_not_answer_is_not_in_use_for_that(tmp_path: Path) -> None:
    clock, probe = Clock(), Metrics()
    usage = Usage(tmp_path, probe, clock=clock)
    probe.now = {"prompt_tokens": 5}
    usage.idle_seconds()

    probe.now = {}
    clock.now += 30
    assert usage.idle_seconds() == 30
    probe.now = {"prompt_tokens": 5}
    clock.now += 30
    assert usage.idle_seconds() == 60


def test_clients_that_are_gone_or_never_were_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "1-recycled").write_text("another boot/1", encoding="ascii")
    (tmp_path / "999999999-gone").write_text("x", encoding="ascii")
    (tmp_path / "README").write_text("", encoding="ascii")
    (tmp_path / f"{os.getpid()}-x").write_text(born(os.getpid()) or "", encoding="ascii")

    assert clients(tmp_path) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_client_in_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")

    with client(tmp_path / "file"):
        assert clients(tmp_path / "file") == 0
