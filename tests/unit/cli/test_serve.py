"""`docmind serve`, with a small program in vLLM's place."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from docmind.export.schema import schema_of
from docmind.serving.install import CUDA, environment_folder
from tests.unit.cli.conftest import Command


def test_a_server_is_started_looked_at_and_stopped(docmind: Command, configured: Path) -> None:
    started = docmind("serve", "start")
    assert started.exit_code == 0, started.stderr
    assert "is ready, by vLLM 0.33.0" in started.stdout

    status = docmind("serve", "status", "--json")
    record = json.loads(status.stdout)
    jsonschema.validate(record, schema_of("serve"))
    assert status.exit_code == 0
    assert (record["state"], record["profile"], record["requests_running"]) == (
        "ready",
        "native",
        0,
    )
    assert record["memory_mib"] > 0

    logs = docmind("serve", "logs", "-n", "1")
    assert logs.stdout == "INFO:     Application startup complete.\n"

    assert docmind("serve", "start").exit_code == 0
    assert json.loads(docmind("serve", "status", "--json").stdout)["pid"] == record["pid"]

    other = docmind("serve", "start", "--profile", "long")
    assert other.exit_code == 3
    assert "--restart" in other.stderr

    record = json.loads(docmind("serve", "logs", "-n", "1", "--json").stdout)
    jsonschema.validate(record, schema_of("logs"))
    assert record["lines"] == ["INFO:     Application startup complete."]
    assert docmind("serve", "logs", "--json", "--follow").exit_code == 2

    assert docmind("serve", "stop").stdout == "The server was stopped.\n"
    assert docmind("serve", "stop").stdout == "No server was running.\n"
    record = json.loads(docmind("serve", "stop", "--json").stdout)
    jsonschema.validate(record, schema_of("stop"))
    assert (record["server"], record["orphans"]) == (False, 0)
    assert docmind("serve", "status").exit_code == 3


def test_restart_replaces_the_server(docmind: Command, configured: Path) -> None:
    docmind("serve", "start")
    before = json.loads(docmind("serve", "status", "--json").stdout)

    again = docmind("serve", "start", "--restart", "--profile", "long", "--json")

    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["profile"] == "long"
    assert json.loads(again.stdout)["pid"] != before["pid"]


def test_a_server_that_fails_says_why_and_what_to_type(
    docmind: Command, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCMIND_SERVER_EXTRA_ARGUMENTS", "--act fail")

    result = docmind("serve", "start")

    assert result.exit_code == 3
    assert "The GPU's memory is not enough." in result.stderr
    assert "docmind serve plan" in result.stderr
    assert "The GPU's memory is not enough." in docmind("serve", "status").stdout


def test_a_model_folder_that_is_not_there_is_named(
    docmind: Command, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCMIND_SERVER_MODEL", "/nowhere/model")

    result = docmind("serve", "start")

    assert result.exit_code == 3
    assert "/nowhere/model" in result.stderr


def test_without_a_server_there_are_no_logs(docmind: Command, home: Path) -> None:
    result = docmind("serve", "logs")

    assert result.exit_code == 3
    assert "docmind serve start" in result.stderr


def test_installing_asks_first_and_says_the_size(docmind: Command, home: Path) -> None:
    result = docmind("serve", "install")

    assert result.exit_code == 2
    assert "about 10 GiB" in result.stderr
    assert "--yes" in result.stderr
    assert not environment_folder(home).exists()


def test_what_is_installed_is_not_installed_again(docmind: Command, home: Path) -> None:
    folder = environment_folder(home)
    folder.mkdir(parents=True)
    (folder / ".complete").write_text(CUDA.requirement, encoding="utf-8")

    result = docmind("serve", "install")

    assert result.exit_code == 0
    assert "is installed already" in result.stdout
    record = json.loads(docmind("serve", "install", "--json").stdout)
    jsonschema.validate(record, schema_of("install"))
    assert (record["requirement"], record["installed"]) == (CUDA.requirement, False)


def test_flags_may_stand_before_the_command(docmind: Command, tmp_path: Path) -> None:
    result = docmind("--home", tmp_path / "elsewhere", "--json", "serve", "status")

    assert result.exit_code == 3
    assert str(tmp_path / "elsewhere") in json.loads(result.stdout)["log"]
