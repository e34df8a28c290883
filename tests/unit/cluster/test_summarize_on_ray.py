"""`docmind summarize --ray` on two processes of a real cluster, one of which is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.waiting import until

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="docmind[ray] is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five documents, each of which takes a moment; another that cannot be read."""
    files = tmp_path / "files"
    files.mkdir()
    for number in range(5):
        sections = [
            f"## Section {each}\n\nThe supplier of lot {number * 1000 + each} delivers part "
            f"{each * 7919 % 1009} to plant {each * 104729 % 997} within {each % 60 + 1} days. "
            f"Delay number {each} costs EUR {each * 31 % 5003} for each week of it.\n"
            for each in range(300)
        ]
        text = "\n".join([f"# Contract {number}", *sections])
        (files / f"{number}.md").write_text(text, encoding="utf-8")
    (files / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    return tmp_path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "docmind", "summarize", *words]


def killed(parent: int) -> bool:
    """Whether a process that was making a result has been killed."""
    for process in psutil.Process(parent).children(recursive=True):
        with suppress(psutil.Error):
            if "ray::Worker.make" in " ".join(process.cmdline()):
                process.kill()
                return True
    return False


def results(out: Path) -> dict[str, Any]:
    """What was made, without what tells when and how fast."""
    found: dict[str, Any] = {}
    for path in out.rglob("*.summary.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        del record["created"], record["ledger"]["seconds"], record["ledger"]["first_token_seconds"]
        found[path.name] = record
    for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        del entry["seconds"], entry["made_seconds"]
        found[entry["path"]] = entry
    return found


def test_a_batch_survives_a_process_of_the_cluster_and_is_what_it_would_be_without(
    folder: Path, home: Path
) -> None:
    files, there, here = (str(folder / name) for name in ("files", "there", "here"))
    with subprocess.Popen(
        command(files, "-o", there, "--ray", "local", "--jobs", "2"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        try:
            until(lambda: killed(run.pid))
            shown, told = run.communicate(timeout=180)
        finally:
            run.terminate()
    alone = subprocess.run(command(files, "-o", here), cwd=ROOT, capture_output=True, text=True)

    assert (run.returncode, alone.returncode) == (1, 1), told
    assert shown == ""
    assert "5 done, 1 failed" in told
    assert "Traceback" not in told
    made = results(Path(there))
    assert made == results(Path(here))
    assert len(made) == 5 + 6
