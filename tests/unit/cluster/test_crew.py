"""Files that are made by processes of a real Ray cluster, which is started here once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from docmind.cluster.crew import connected
from docmind.errors import ClusterError, UsageError

ROOT = Path(__file__).parents[3]
FILES = {
    "a": "one",
    "dies": "die",
    "dies once": "die once",
    "fails": "fail",
    "has a bug": "bug",
    "z": "three",
}
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="docmind[ray] is not installed")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.cluster.small_cluster", str(folder)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("RAY_")},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # and nothing of Ray's among it


@needs_ray
def test_files_are_made_in_other_processes(told: Any) -> None:
    files = told["files"]

    assert list(files) == sorted(FILES)
    assert (files["a"]["record"], files["z"]["record"]) == ("3", "5")
    assert files["a"]["elsewhere"]


@needs_ray
def test_an_error_arrives_as_it_was_raised(told: Any) -> None:
    fails, bug = told["files"]["fails"], told["files"]["has a bug"]

    assert fails["error"] == "DamagedInput: fails is damaged."
    assert fails["hint"] == "Try: a copy"
    assert bug["error"] == "RuntimeError: Foreign: 1 and 2"


@needs_ray
def test_a_file_whose_process_ends_is_given_to_another(told: Any) -> None:
    assert told["files"]["dies once"]["record"] == "4"


@needs_ray
def test_a_file_that_ends_three_processes_has_failed(told: Any) -> None:
    assert told["files"]["dies"]["record"] is None
    assert told["files"]["dies"]["error"].startswith("InputError: dies: 3 processes")


@needs_ray
def test_where_nothing_can_be_made_the_batch_ends(told: Any) -> None:
    assert told["refusal"] == "It is not possible here. Try: elsewhere"


@needs_ray
def test_nothing_listens_beyond_this_machine_and_nothing_is_left(told: Any) -> None:
    assert told["addresses"] == ["127.0.0.1"]
    assert told["left"] == []
    assert not told["keeps_token"]
    assert not told["handles_terminate"]


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(UsageError, match="not installed") as raised, connected("auto", 1):
        pass
    assert "docmind[ray]" in raised.value.hint


@needs_ray
@pytest.mark.parametrize("address", ["ray://here:1", "here", "http://here:1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="no address"), connected(address, 1):
        pass


@needs_ray
def test_where_nothing_listens_there_is_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")

    with pytest.raises(ClusterError, match="No Ray cluster") as raised, connected("auto", 1):
        pass
    assert "ray start --head" in raised.value.hint
