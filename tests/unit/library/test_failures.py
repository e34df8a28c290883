"""Files that could not be read: when they are read again, and what is said of them until then."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from docmind.errors import DamagedInput, InputError, MissingInput
from docmind.library.entries import Added, Failed, LibraryEvent, Unchanged
from docmind.library.library import Library
from docmind.model import Document, Kind
from docmind.ports import ReadEvent
from tests.unit.library.made import Files, made_library

LONG_AGO = 1_000_000


class Locked(Files):
    """Reads no file whose name is in `locked`."""

    def __init__(self) -> None:
        super().__init__()
        self.locked: dict[str, InputError] = {}

    def read(self, path: Path, name: str) -> Iterator[ReadEvent]:
        """As any other, or what is wrong with it."""
        self.read_names.append(name)
        if name in self.locked:
            raise self.locked[name]
        yield from super().read(path, name)


@pytest.fixture
def files() -> Locked:
    made = Locked()
    made.locked["manual.txt"] = DamagedInput("manual.txt is damaged.", "Repair it.")
    return made


@pytest.fixture
def library(tmp_path: Path, folder: Path, files: Locked) -> Iterator[Library]:
    """A library of a folder with a file that could not be read."""
    for path in folder.rglob("*.txt"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    with closing(made_library(tmp_path / "library", files=files)) as made:
        list(made.add([folder]))
        files.read_names.clear()
        yield made


def added(events: Iterator[LibraryEvent]) -> list[str]:
    return [event.name for event in events if isinstance(event, Added)]


def failures(events: Iterator[LibraryEvent]) -> list[Failed]:
    return [event for event in events if isinstance(event, Failed)]


@pytest.mark.parametrize(
    ("parser", "ocr", "limits"),
    [("another", "no ocr", ""), ("parser 1", "another", ""), ("parser 1", "no ocr", "others")],
    ids=["parser", "ocr", "limits"],
)
def test_a_file_that_failed_is_read_again_once_what_it_failed_with_has_changed(
    tmp_path: Path,
    folder: Path,
    library: Library,
    files: Locked,
    parser: str,
    ocr: str,
    limits: str,
) -> None:
    library.close()
    home = tmp_path / "library"
    with closing(made_library(home, None, None, files, parser, ocr, limits)) as now:
        assert [each.name for each in failures(now.sync())] == ["manual.txt"]
        assert "manual.txt" in files.read_names
        files.read_names.clear()

        assert [each.name for each in failures(now.sync())] == ["manual.txt"]
        assert files.read_names == []

        files.locked.clear()
        assert added(now.add([folder])) == []
    with closing(made_library(home, files=files, limits="a third")) as then:
        assert "manual.txt" in added(then.add([folder]))
        assert failures(then.sync()) == []


def test_a_file_that_failed_is_read_again_where_it_is_named_itself(
    folder: Path, library: Library, files: Locked
) -> None:
    files.locked.clear()

    assert added(library.sync()) == []
    assert added(library.add([folder / "manual.txt"])) == ["manual.txt"]
    assert failures(library.sync()) == []


def test_what_stood_in_the_way_of_a_file_may_be_gone_though_the_file_is_the_same(
    tmp_path: Path, folder: Path, files: Locked
) -> None:
    files.locked["manual.txt"] = MissingInput("manual.txt may not be read.")
    with closing(made_library(tmp_path / "library", files=files)) as library:
        assert len(failures(library.add([folder]))) == 1
        files.locked.clear()

        assert added(library.sync()) == ["manual.txt"]


def test_a_failure_that_is_remembered_is_of_its_own_kind(library: Library, files: Locked) -> None:
    (failed,) = failures(library.sync())

    assert files.read_names == []
    assert type(failed.error) is DamagedInput
    assert (str(failed.error), failed.error.hint) == ("manual.txt is damaged.", "Repair it.")


def test_a_file_that_is_put_back_as_it_was_is_in_the_library_again(
    folder: Path, library: Library, files: Locked
) -> None:
    files.locked.clear()
    list(library.add([folder / "manual.txt"]))
    list(library.sync())
    good = (folder / "manual.txt").read_bytes()
    (folder / "manual.txt").write_text("damaged", encoding="utf-8")
    assert len(failures(library.sync())) == 1

    (folder / "manual.txt").write_bytes(good)
    os.utime(folder / "manual.txt", (LONG_AGO, LONG_AGO))

    assert added(library.sync()) == ["manual.txt"]
    assert failures(library.sync()) == []


@pytest.fixture
def older(tmp_path: Path, folder: Path, files: Locked) -> Path:
    """A library as it was before it knew with what a file had failed, and PDFs of their OCR."""
    files.kinds = {"sub/notes.txt": Kind.MARKDOWN}
    for path in folder.rglob("*.txt"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    with closing(made_library(tmp_path / "library", files=files, ocr="")) as library:
        list(library.add([folder]))
    files.locked.clear()
    files.read_names.clear()
    with closing(sqlite3.connect(tmp_path / "library" / "manifest.sqlite")) as file, file:
        file.execute("ALTER TABLE files DROP COLUMN failure")
        file.execute("ALTER TABLE files DROP COLUMN tried")
        file.execute("PRAGMA user_version = 2")
    return tmp_path / "library"


def test_a_library_of_before_is_kept_and_only_pdfs_and_failures_are_read_again(
    older: Path, files: Locked
) -> None:
    with closing(made_library(older, files=files)) as library:
        assert library.search("garden", limit=1, meaning=False)
        assert sorted(added(library.sync())) == ["contract.txt", "manual.txt"]
        assert "sub/notes.txt" not in files.read_names
        assert list(library.sync()) == [Unchanged(3)]


def test_pdfs_of_a_library_of_before_that_know_their_ocr_are_not_read_again(
    older: Path, files: Locked
) -> None:
    with closing(sqlite3.connect(older / "manifest.sqlite")) as file, file:
        for number, head in file.execute("SELECT id, head FROM documents").fetchall():
            if msgspec.msgpack.decode(head, type=Document).kind is Kind.PDF:
                statement = "UPDATE documents SET recipe = recipe || '; no ocr' WHERE id = ?"
                file.execute(statement, (number,))
    with closing(made_library(older, files=files)) as library:
        assert added(library.sync()) == ["manual.txt"]
