"""Every test has a home of its own, an environment of its own, and no network."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Tests with a real vLLM need its environment; `make vllm` names it.
collect_ignore = [] if os.environ.get("DOCMIND_VLLM_PYTHON") else ["vllm"]

# On a machine that is busy an example takes as long as it takes.
hypothesis.settings.register_profile("docmind", deadline=None)
hypothesis.settings.load_profile("docmind")

_LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """docmind's own folder for this test, named in the environment that child processes get."""
    for name in list(os.environ):
        if name.startswith("DOCMIND_") or name in ("NO_COLOR", "COLORTERM", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DOCMIND_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to connect anywhere but to this machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in _LOCAL:
            raise PermissionError(f"A test tried to connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
