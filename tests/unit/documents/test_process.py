"""Several files, one worker: what one of them does costs no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docmind.documents.process import Workers
from docmind.errors import DamagedInput, InputError, ParserLimit
from docmind.ports import PagesRead
from docmind.settings import OcrMode, ReadingSettings
from tests.unit.documents.conftest import Reading
from tests.unit.documents.test_reader import ROOT, children, is_alive, stand_in, wait_until

SETTINGS = ReadingSettings(ocr=OcrMode.OFF, timeout_seconds=3, memory_mib=1024)

MISCHIEF = """
import os, signal, sys
sys.path.remove({folder!r})
del sys.modules["pymupdf"]
import pymupdf
good, kept = pymupdf.open, []
def opened(path, *more, **named):
    name = os.path.basename(path)
    if name == "crash.pdf":
        os.kill(os.getpid(), signal.SIGSEGV)
    if name == "killed.pdf":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "hang.pdf":
        open({folder!r} + "/pid", "w").write(str(os.getpid()))
        signal.pause()
    if name == "greedy.pdf":
        kept.append(bytearray(1 << 34))
    if name == "bug.pdf":
        raise SystemError
    if name.startswith("leak"):
        kept.append(bytearray(400 << 20))
        assert len(kept) == 1, "what another file has left behind"
    return good(path, *more, **named)
pymupdf.open = opened
"""


@pytest.fixture
def shared() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture
def folder(tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PyMuPDF that does by the name of a file what hostile files do, and a good file."""
    place = tmp_path / "in"
    place.mkdir()
    stand_in(place, MISCHIEF.format(folder=str(place)), monkeypatch)
    (place / "good.pdf").write_bytes((pdfs / "columns.pdf").read_bytes())
    return place


def named(folder: Path, name: str) -> Path:
    """The good file again, under a name that is none."""
    path = folder / name
    path.write_bytes((folder / "good.pdf").read_bytes() + b"%" + name.encode())
    return path


def worker_of(before: set[int]) -> int:
    """The one that is there and was not."""
    (found,) = children() - before
    return found


def test_files_share_a_worker_and_none_is_left_when_it_is_closed(
    folder: Path, tmp_path: Path, shared: Workers
) -> None:
    before = children()
    reading = Reading(tmp_path / "cache", shared)
    found = set()
    for number in range(3):
        assert reading.document(named(folder, f"{number}.pdf"), SETTINGS).pages
        found.add(worker_of(before))
    assert len(found) == 1
    shared.close()
    assert children() == before


def test_one_that_crashes_hangs_or_eats_memory_costs_no_other(
    folder: Path, tmp_path: Path, shared: Workers
) -> None:
    reading = Reading(tmp_path / "cache", shared)
    before = children()
    reading.document(folder / "good.pdf", SETTINGS)
    worker = worker_of(before)
    for name, error, words, survives in (
        ("crash.pdf", DamagedInput, "signal 11", False),
        ("greedy.pdf", ParserLimit, "more than 1024 MiB", True),
        ("killed.pdf", ParserLimit, "memory ran out", False),
        ("bug.pdf", DamagedInput, "damaged", True),
        ("hang.pdf", ParserLimit, "no progress", False),
    ):
        patience = ReadingSettings(ocr=OcrMode.OFF, timeout_seconds=0.3, memory_mib=1024)
        with pytest.raises(error, match=words):
            reading.document(named(folder, name), patience if name == "hang.pdf" else SETTINGS)
        assert reading.document(named(folder, "after-" + name), SETTINGS).pages
        first, worker = worker, worker_of(before)
        assert (worker == first) is survives, name


def test_each_file_has_all_of_the_memory_that_is_allowed(
    folder: Path, tmp_path: Path, shared: Workers
) -> None:
    reading = Reading(tmp_path / "cache", shared)
    for number in range(3):  # together they would need 1,200 MiB of 1,024
        assert reading.document(named(folder, f"leak{number}.pdf"), SETTINGS).pages


def test_a_file_that_nobody_waits_for_is_stopped_and_the_next_one_is_read(
    folder: Path, pdfs: Path, tmp_path: Path, shared: Workers
) -> None:
    before = children()
    reading = Reading(tmp_path / "cache", shared)
    events = reading.reader(SETTINGS).read(pdfs / "running.pdf", "running.pdf")
    assert isinstance(next(events), PagesRead)
    events.close()
    assert children() == before
    assert reading.document(folder / "good.pdf", SETTINGS).pages


def test_a_worker_that_waits_too_long_or_was_ended_is_done_without(
    folder: Path, tmp_path: Path
) -> None:
    before = children()
    brief = Workers(idle_seconds=0.01)
    Reading(tmp_path / "cache", brief).document(folder / "good.pdf", SETTINGS)
    wait_until(lambda: children() == before)
    shared = Workers()
    reading = Reading(tmp_path / "other", shared)
    reading.document(folder / "good.pdf", SETTINGS)
    worker = worker_of(before)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: not is_alive(worker))
    assert reading.document(named(folder, "next.pdf"), SETTINGS).pages
    shared.close()


def test_the_process_of_a_file_dies_with_the_reader(folder: Path, tmp_path: Path) -> None:
    hang = named(folder, "hang.pdf")
    program = (
        "import sys; from pathlib import Path\n"
        "from docmind.documents.cache import DocumentCache\n"
        "from docmind.documents.process import Workers\n"
        "from docmind.documents.reader import IsolatedReader\n"
        "from docmind.settings import ReadingSettings\n"
        "cache = DocumentCache(Path(sys.argv[2]))\n"
        "list(IsolatedReader(ReadingSettings(), cache, Workers()).read(Path(sys.argv[1]), 'x'))\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{folder}"}
    reader = subprocess.Popen(
        [sys.executable, "-c", program, str(hang), str(tmp_path / "cache")], env=environment
    )
    note = folder / "pid"
    wait_until(lambda: note.exists() and note.read_text())
    reader.kill()
    reader.wait()
    wait_until(lambda: not is_alive(int(note.read_text())))


def test_files_that_fail_one_after_the_other_need_one_worker(
    tmp_path: Path, shared: Workers
) -> None:
    before = children()
    reading = Reading(tmp_path / "cache", shared)
    found = set()
    for number in range(3):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(b"%PDF-1.7\nnothing more " + bytes([48 + number]))
        with pytest.raises(InputError):
            reading.document(path, SETTINGS)
        found.add(worker_of(before))
    assert len(found) == 1
