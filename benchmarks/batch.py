"""Batches: what a kill costs, what the build itself costs, and how well a server is kept busy.

    python -m benchmarks.batch crash [--documents 60] [--kills 30]
    python -m benchmarks.batch overhead [--files 5000]
    python -m benchmarks.batch throughput --base-url URL [--documents 24]

`crash` kills the real command at random moments and compares what it ends with to an undisturbed
run. `overhead` builds results that cost nothing to make. `throughput` records the requests of a
batch, and sends the same ones with a bare client.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

from benchmarks.batch_documents import write_documents
from docmind.batch.build import Build, Order, Settled
from docmind.batch.inputs import Input
from docmind.batch.judging import Terms
from docmind.batch.making import Made, MakeEvent
from docmind.batch.recipe import Recipe
from docmind.locks import lock_of

ROOT = Path(__file__).parents[1]
_CHANGING = ("created", "seconds", "first_token_seconds")


def main() -> None:
    """Measure one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["crash", "overhead"])
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docmind-batch-") as folder:
        if given.what == "crash":
            crash(Path(folder), given.documents, given.kills, random.Random(given.seed))
        else:
            overhead(Path(folder), given.files)


def crash(folder: Path, documents: int, kills: int, chance: random.Random) -> None:
    """Kill the command again and again, and say what it ends with."""
    files, calm, out = folder / "files", folder / "calm", folder / "out"
    write_documents(files, documents, chance)
    began = time.monotonic()
    _command(files, calm, folder).wait()
    undisturbed = time.monotonic() - began
    shutil.rmtree(folder / "home")
    made: dict[str, set[int]] = {}
    killed = 0
    for number in range(kills):
        process = _command(files, out, folder)
        if number % 2:  # every other start is left alone, until it writes
            _wait_for_lock(process, out)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0, 3 * undisturbed / kills))
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        _note_made(out, made)
    code = _command(files, out, folder).wait()
    _note_made(out, made)
    same = _results(calm) == _results(out)
    print(f"{documents} documents, killed {killed} times, exit code {code}")
    print(f"results as of an undisturbed run: {'yes' if same else 'NO'}")
    print(f"missing: {documents - len(_results(out))}")
    print(f"made twice to completion: {sum(len(times) > 1 for times in made.values())}")
    print(f"files that are left over: {len(list(out.rglob('*.docmind-part')))}")
    print(f"undisturbed: {undisturbed:.1f} s")


def _command(files: Path, out: Path, folder: Path) -> subprocess.Popen[bytes]:
    words = ["summarize", files, "-o", out, "--engine", "extractive", "-q"]
    environment = os.environ | {"DOCMIND_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "docmind", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def _wait_for_lock(process: subprocess.Popen[bytes], out: Path) -> None:
    while process.poll() is None and not _is_locked(out / ".docmind-lock"):
        time.sleep(0.01)


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    with lock_of(path) as lock:
        return lock.is_taken


def _note_made(out: Path, made: dict[str, set[int]]) -> None:
    """Note when each result was completed: made again, it is another file of a later time."""
    for path in out.rglob("*.summary.json"):
        made.setdefault(str(path), set()).add(path.stat().st_mtime_ns)


def _results(folder: Path) -> dict[str, object]:
    return {
        str(path.relative_to(folder)): _steady(json.loads(path.read_bytes()))
        for path in folder.rglob("*.summary.json")
    }


def _steady(value: object) -> object:
    """A record without what the clock decides."""
    if isinstance(value, dict):
        return {name: _steady(each) for name, each in value.items() if name not in _CHANGING}
    if isinstance(value, list):
        return [_steady(each) for each in value]
    return value


def overhead(folder: Path, count: int) -> None:
    """Build results that cost nothing to make; then once more, when there is nothing to do."""
    files = folder / "files"
    files.mkdir()
    for number in range(count):
        (files / f"{number:05}.txt").write_text(f"Document {number}. " * 60, encoding="utf-8")
    inputs = [Input(path, path.name) for path in sorted(files.iterdir())]
    recipe = Recipe("overhead/1", "none", "none", "none", "")
    order = Order(_make, Terms(recipe), jobs=4)
    for what in ("all new", "nothing to do"):
        began, settled = time.monotonic(), 0
        memory: list[int] = []
        with Build(folder / "out", "summary") as build:
            for event in build.run(inputs, (), order):
                settled += isinstance(event, Settled)
                if settled % (count // 5) == 0:
                    memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        seconds = time.monotonic() - began
        grown = " ".join(f"{each}" for each in dict.fromkeys(memory))
        print(f"{what}: {seconds / count * 1000:.2f} ms a file, {seconds:.1f} s; MiB: {grown}")


def _make(found: Input) -> Generator[MakeEvent, None, None]:
    content = found.path.read_bytes()
    record = json.dumps({"path": found.name, "text": content.decode()})
    yield Made(record, hashlib.sha256(content).hexdigest(), 100)


if __name__ == "__main__":
    main()
