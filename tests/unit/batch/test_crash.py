"""A batch that is killed at any moment ends with exactly the results of an undisturbed one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

from docmind.export.batch_records import Status
from tests.unit.batch.small_batch import Words, inputs_of, manifest_of, order, run
from tests.waiting import until

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("small_batch.py")


def results(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.json")
    }


def start(files: Path, out: Path) -> subprocess.Popen[bytes]:
    program = [sys.executable, str(PROGRAM), str(files), str(out), "0.02"]
    return subprocess.Popen(program, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})


def done(out: Path) -> dict[str, int]:
    """How many times each input was completed, by the lines that are whole."""
    counts: dict[str, int] = {}
    if (out / "manifest.jsonl").exists():
        for entry in manifest_of(out):
            counts[entry.path] = counts.get(entry.path, 0) + (entry.status is Status.DONE)
    return counts


def test_a_batch_that_is_killed_five_times_ends_as_if_nothing_had_happened(
    tmp_path: Path,
) -> None:
    chance = random.Random(5)
    files, out, calm = tmp_path / "files", tmp_path / "out", tmp_path / "calm"
    files.mkdir()
    for number in range(40):
        (files / f"{number}.txt").write_text("word " * number or "none", encoding="utf-8")
    run(calm, inputs_of(files), order(Words()))
    kills = 0
    for _ in range(5):
        before = len(done(out))
        process = start(files, out)
        wanted = before + chance.randrange(1, 8)
        until(lambda: process.poll() is not None or len(done(out)) >= wanted)  # noqa: B023
        process.send_signal(signal.SIGKILL)
        kills += process.wait(timeout=60) == -signal.SIGKILL
        assert max(done(out).values(), default=0) <= 1
        kept = {each.output for each in manifest_of(out) if each.output}
        assert len(kept) >= before
    last = start(files, out)

    assert last.wait(timeout=60) == 0
    assert kills == 5
    assert results(out) == results(calm)
    assert not list(out.rglob("*.docmind-part"))
    assert len(list(manifest_of(out))) == 40
