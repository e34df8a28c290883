"""docmind as a GPU owner types it, with a real server, from `serve start` to `serve stop`.

One story in one test, because every start of a server takes most of a minute.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import jsonschema
import psutil
import pytest

from docmind.export.schema import schema_of
from docmind.serving.processes import born, of_home
from tests.terminal import ROOT, Terminal

SAMPLE = ROOT / "assets" / "services-agreement.pdf"
START_SECONDS = 200
QUESTION = "When may the customer terminate?"


class User:
    """Types commands in a home of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def types(self, *words: str, code: int = 0) -> str:
        """Run `docmind …`; gives what it printed on stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "docmind", *words],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout

    def living(self) -> list[psutil.Process]:
        """The processes of the server that runs in this home."""
        return [each for each in of_home(self.home.resolve()) if born(each.pid)]


@pytest.fixture
def user(
    home: Path,
    vllm_python: Path,
    tiny_model: Path,
    server_environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[User]:
    """Someone who has vLLM and weights, and has said so in config.toml."""
    for name, value in server_environment.items():
        monkeypatch.setenv(name, value)
    command = shlex.join([str(vllm_python), "-m", "vllm.entrypoints.openai.api_server"])
    server = {"command": command, "model": str(tiny_model), "profile": "native"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in server.items()]
    settings = "\n".join(("[server]", *lines, "[generation]", "max_output_tokens = 2000", ""))
    (home / "config.toml").write_text(settings, encoding="utf-8")
    someone = User(home)
    yield someone
    someone.types("serve", "stop")
    assert someone.living() == []


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


def restart(terminal: Terminal) -> None:
    """Press the key that starts a server again, which is asked first where one seems to run."""
    terminal.type("C-r")
    # An answer knows of the server's end before its supervisor may.
    if "Restart it?" in terminal.wait_for(r"loading|starting|Restart it\?"):
        terminal.type("y")
        terminal.wait_for("loading|starting")


def test_a_server_is_started_asked_killed_restarted_and_stopped(
    user: User, terminal: Terminal
) -> None:
    user.types("serve", "start")
    status = json.loads(user.types("serve", "status", "--json"))
    jsonschema.validate(status, schema_of("serve"))

    options = ("--json", "--max-output", "40")
    first = json.loads(user.types("ask", *options, QUESTION, str(SAMPLE)))
    second = json.loads(
        user.types("ask", *options, "--role", "lawyer", "What is the fee?", str(SAMPLE))
    )
    jsonschema.validate(first, schema_of("answer"))
    assert first["ledger"]["mode"] == second["ledger"]["mode"] == "whole"
    assert first["engine"]["name"] == "vllm"
    assert second["ledger"]["cached_tokens"] >= 0.99 * first["ledger"]["document_tokens"]

    terminal.start(shlex.join([sys.executable, "-m", "docmind", "open", str(SAMPLE)]))
    terminal.wait_for(r"document read|[\d.]+K/32")
    terminal.type(QUESTION, "Enter")
    terminal.wait_for("writing · esc stops")
    terminal.type("Escape")
    terminal.wait_for("stopped")

    terminal.type(QUESTION, "Enter")
    terminal.wait_for("writing · esc stops")
    os.kill(user_server(user), signal.SIGKILL)
    terminal.wait_for(r"ctrl\+r\s+starts\s+it\s+again")
    restart(terminal)
    terminal.wait_for(r"[\d.]+K/32.*tiny", START_SECONDS)
    terminal.type(QUESTION, "Enter")
    terminal.wait_for("writing · esc stops")
    terminal.type("C-q")
    terminal.wait_for("exit=0")

    assert "Application startup complete" in user.types("serve", "logs", "-n", "500")
    user.types("serve", "stop")
    assert user.living() == []


def user_server(user: User) -> int:
    """The process that listens."""
    return int(json.loads(user.types("serve", "status", "--json"))["pid"])
