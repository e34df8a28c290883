"""The isolated reader: streaming, killing, crashing, caching."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import docmind.documents.worker as worker_module
from docmind.documents.cache import DocumentCache
from docmind.documents.discovery import Found
from docmind.documents.judging import Seen
from docmind.documents.reader import IsolatedReader, sha256_of
from docmind.errors import ConfigError, DamagedInput, MissingInput, ParserBug, ParserLimit
from docmind.model import Kind
from docmind.ports import DocumentRead, PagesRead, TokensCounted
from docmind.settings import OcrMode, ReadingSettings
from tests.unit.documents.conftest import Reading

ROOT = Path(worker_module.__file__).parents[2]


def children() -> set[int]:
    """Processes whose parent is this one."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.add(int(status.parent.name))
    return found


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        os.sched_yield()


def stand_in(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a PyMuPDF of our own before the real one, in the worker's path."""
    (folder / "pymupdf.py").write_text(body, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_pages_come_first_then_the_document_then_its_tokens(pdfs: Path, reading: Reading) -> None:
    events = reading.events(pdfs / "running.pdf")
    assert [type(event) for event in events] == [PagesRead, PagesRead, DocumentRead, TokensCounted]
    pages = [page for event in events if isinstance(event, PagesRead) for page in event.pages]
    assert [page.number for page in pages] == [1, 2, 3, 4, 5, 6]
    totals = [event.total for event in events if isinstance(event, PagesRead)]
    assert totals == [6, 6]
    tokens = [event.tokens for event in events if isinstance(event, TokensCounted)]
    assert tokens[0] > 1000


def test_text_and_boxes_of_early_pages_are_final(pdfs: Path, reading: Reading) -> None:
    events = reading.events(pdfs / "running.pdf")
    early = [page for event in events if isinstance(event, PagesRead) for page in event.pages]
    (document,) = [event.document for event in events if isinstance(event, DocumentRead)]
    assert [(page.text, page.words) for page in early] == [
        (page.text, page.words) for page in document.pages
    ]


def test_a_second_reading_comes_from_the_cache_under_its_new_name(
    pdfs: Path, reading: Reading, tmp_path: Path
) -> None:
    first = reading.events(pdfs / "columns.pdf")
    copy = tmp_path / "renamed.pdf"
    copy.write_bytes((pdfs / "columns.pdf").read_bytes())
    again = reading.events(copy)
    assert [type(event) for event in again] == [DocumentRead, TokensCounted]
    assert again[1] == first[-1]
    document = again[0].document if isinstance(again[0], DocumentRead) else None
    assert document is not None
    assert (document.name, document.title) == ("renamed.pdf", "renamed")


def test_a_damaged_cache_entry_is_made_again(pdfs: Path, reading: Reading) -> None:
    before = reading.document(pdfs / "columns.pdf")
    (entry,) = [path for path in reading.cache_folder.rglob("*") if path.is_file()]
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 0xFF
    entry.write_bytes(content)
    assert reading.document(pdfs / "columns.pdf") == before
    assert entry.read_bytes() != bytes(content)


def test_the_cache_is_for_its_owner_only(pdfs: Path, reading: Reading) -> None:
    reading.document(pdfs / "columns.pdf")
    (entry,) = [path for path in reading.cache_folder.rglob("*") if path.is_file()]
    assert entry.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_costs_only_a_warning(pdfs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    reading = Reading(tmp_path / "file")
    document = reading.document(pdfs / "columns.pdf")
    assert document.page(1).text
    assert any(str(tmp_path / "file") in warning for warning in document.warnings)


def test_a_full_disk_is_named(pdfs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(tmp_path)
    monkeypatch.setattr("docmind.drafts._made", _open_full_device)
    document = reading.document(pdfs / "columns.pdf")
    assert any("disk is full" in warning for warning in document.warnings)


def _open_full_device(*_: object) -> int:
    """A file to which nothing can be written, as on a full disk."""
    return os.open("/dev/full", os.O_WRONLY)


def test_closing_the_events_kills_the_worker(
    tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    before = children()
    events = reading.reader().read(pdfs / "running.pdf", "running.pdf")
    next(events)
    assert children() - before
    events.close()
    assert not children() - before


def test_a_parser_that_hangs_is_stopped(
    tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    stand_in(tmp_path, "import signal\nsignal.pause()\n", monkeypatch)
    before = children()
    with pytest.raises(ParserLimit, match="no progress") as caught:
        reading.events(pdfs / "columns.pdf", ReadingSettings(timeout_seconds=0.5))
    assert "timeout_seconds" in caught.value.hint
    assert not children() - before


@pytest.mark.parametrize(
    ("signal_number", "error", "words"),
    [
        (signal.SIGSEGV, DamagedInput, "crash"),
        (signal.SIGKILL, ParserLimit, "memory"),
    ],
)
def test_a_parser_that_dies_is_an_error_and_not_a_dead_program(
    signal_number: int,
    error: type[Exception],
    words: str,
    tmp_path: Path,
    pdfs: Path,
    monkeypatch: pytest.MonkeyPatch,
    reading: Reading,
) -> None:
    stand_in(tmp_path, f"import os\nos.kill(os.getpid(), {int(signal_number)})\n", monkeypatch)
    with pytest.raises(error, match=words):
        reading.events(pdfs / "columns.pdf")


def test_a_parser_that_eats_memory_is_stopped(
    tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    stand_in(tmp_path, "x = bytearray(1 << 34)\n", monkeypatch)
    with pytest.raises(ParserLimit, match="more than 512 MiB"):
        reading.events(pdfs / "columns.pdf", ReadingSettings(memory_mib=512))


def test_what_libraries_print_does_not_get_between_the_frames(
    tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    body = (
        "import os, sys\nos.write(1, b'warning: all is broken' * 100)\nprint('noise')\n"
        f"sys.path.remove({str(tmp_path)!r})\ndel sys.modules['pymupdf']\nimport pymupdf\n"
    )
    stand_in(tmp_path, body, monkeypatch)
    assert reading.document(pdfs / "columns.pdf").page(1).text.startswith("The left column")


def test_a_bug_in_the_parser_is_not_taken_for_a_damaged_file(
    tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    stand_in(tmp_path, "raise ZeroDivisionError('ours')\n", monkeypatch)
    with pytest.raises(ParserBug, match=r"parser failed \(ZeroDivisionError: ours\)") as caught:
        reading.events(pdfs / "columns.pdf")
    assert "Traceback" in str(caught.value.__cause__)


def test_a_bug_on_a_file_that_is_read_ahead_is_not_that_of_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    body = (
        "import sys\nsys.path.remove({0!r})\ndel sys.modules['tree_sitter']\nimport tree_sitter\n"
        "good = tree_sitter.Parser\n"
        "class Parser:\n"
        "    def __init__(self, language):\n"
        "        self.parser = good(language)\n"
        "    def parse(self, read, **named):\n"
        "        assert b'bug' not in read(0, None)\n"
        "        return self.parser.parse(read, **named)\n"
        "tree_sitter.Parser = Parser\n"
    )
    (tmp_path / "tree_sitter.py").write_text(body.format(str(tmp_path)), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    paths = [tmp_path / "good.py", tmp_path / "bad.py", tmp_path / "third.py"]
    for path in paths:
        word = "bug" if path.stem == "bad" else path.stem
        path.write_text(f"def {word}():\n    pass\n", encoding="utf-8")
    found = [Found(path, path.name, is_source=True) for path in paths]

    events = list(reading.reader().read(paths[0], "good.py", found[1:]))

    assert [type(event) for event in events] == [DocumentRead, TokensCounted]
    entries = [path for path in reading.cache_folder.rglob("*.code-off") if path.is_file()]
    assert len(entries) == 2
    with pytest.raises(ParserBug, match=r"bad\.py"):
        reading.events(paths[1])


def test_the_worker_dies_with_the_reader(
    tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "pid"
    body = (
        "import os, pathlib, signal\n"
        f"pathlib.Path({str(note)!r}).write_text(str(os.getpid()))\nsignal.pause()\n"
    )
    stand_in(tmp_path, body, monkeypatch)
    program = (
        "import sys; from pathlib import Path\n"
        "from docmind.documents.cache import DocumentCache\n"
        "from docmind.documents.reader import IsolatedReader\n"
        "from docmind.settings import ReadingSettings\n"
        "list(IsolatedReader(ReadingSettings(), DocumentCache(Path(sys.argv[2])))"
        ".read(Path(sys.argv[1]), 'x'))\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"}
    reader = subprocess.Popen(
        [sys.executable, "-c", program, str(pdfs / "columns.pdf"), str(tmp_path / "cache")],
        env=environment,
    )
    wait_until(lambda: note.exists() and note.read_text())
    reader.kill()
    reader.wait()
    worker = int(note.read_text())
    wait_until(lambda: not is_alive(worker))


def is_alive(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def test_a_module_in_the_users_folder_is_not_imported(
    tmp_path: Path, pdfs: Path, monkeypatch: pytest.MonkeyPatch, reading: Reading
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit(99)")
    monkeypatch.chdir(tmp_path)
    assert reading.document(pdfs / "columns.pdf").kind is Kind.PDF


def test_pymupdf_stays_out_of_the_readers_process(pdfs: Path, reading: Reading) -> None:
    reading.document(pdfs / "columns.pdf")
    assert "pymupdf" not in sys.modules


def test_a_missing_file_and_a_missing_password_file_are_named(
    pdfs: Path, reading: Reading, tmp_path: Path
) -> None:
    with pytest.raises(MissingInput, match=r"column\.pdf") as caught:
        reading.events(pdfs / "column.pdf")
    assert "columns.pdf" in caught.value.hint
    settings = ReadingSettings(password_file=str(tmp_path / "none"))
    with pytest.raises(ConfigError, match="none"):
        reading.events(pdfs / "columns.pdf", settings)


def test_a_password_file_of_a_user_who_does_not_exist_is_named(
    pdfs: Path, reading: Reading
) -> None:
    settings = ReadingSettings(password_file="~nobody-of-this-name/password")
    with pytest.raises(ConfigError, match="~nobody-of-this-name/password"):
        reading.events(pdfs / "columns.pdf", settings)


def test_ocr_settings_have_cache_entries_of_their_own(pdfs: Path, tmp_path: Path) -> None:
    cache = DocumentCache(tmp_path)
    for mode in (OcrMode.OFF, OcrMode.AUTO):
        list(IsolatedReader(ReadingSettings(ocr=mode), cache).read(pdfs / "columns.pdf", "c"))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_a_file_that_is_as_it_was_found_is_not_hashed_again_and_another_is(
    tmp_path: Path, reading: Reading
) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    status = path.stat()
    seen = Seen(status.st_size, status.st_mtime_ns, "f" * 64)
    assert hash_of(reading, path, seen) == "f" * 64
    assert hash_of(reading, path, seen._replace(size=7)) == sha256_of(b"x = 1\n")
    assert hash_of(reading, path, seen._replace(mtime_ns=1)) == sha256_of(b"x = 1\n")


def hash_of(reading: Reading, path: Path, seen: Seen) -> str:
    (document,) = [
        event.document
        for event in reading.reader().read(path, "a.py", seen=seen)
        if isinstance(event, DocumentRead)
    ]
    return document.sha256
