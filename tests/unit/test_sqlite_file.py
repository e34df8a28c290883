"""Files of SQLite: what is told of one that cannot be used, and that nothing is half written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from docmind.errors import DocmindError, HistoryError, HomeError
from docmind.sqlite_file import open_file, told, transaction

FEW_PAGES = 8


def damaged(path: Path, error: Exception) -> DocmindError:
    return HistoryError(f"{path}: {error}")


def opened(path: Path) -> sqlite3.Connection:
    def prepare(file: sqlite3.Connection) -> None:
        file.execute("CREATE TABLE IF NOT EXISTS words (word TEXT)")

    return open_file(path, prepare, damaged, busy_seconds=0.01)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "words.sqlite"


@pytest.fixture
def file(path: Path) -> Iterator[sqlite3.Connection]:
    """An empty file."""
    with closing(opened(path)) as made:
        yield made


def write(file: sqlite3.Connection, path: Path, *some: str) -> None:
    with told(path, damaged), transaction(file):
        file.executemany("INSERT INTO words VALUES (?)", [(word,) for word in some])


def words(file: sqlite3.Connection) -> list[str]:
    return [word for (word,) in file.execute("SELECT word FROM words")]


def test_a_full_disk_is_told_as_such_and_nothing_of_the_transaction_is_kept(
    file: sqlite3.Connection, path: Path
) -> None:
    file.execute(f"PRAGMA max_page_count = {FEW_PAGES}")

    with pytest.raises(HomeError, match="full"):
        write(file, path, "short", *["long" * 10_000] * FEW_PAGES)

    assert words(file) == []
    write(file, path, "short")
    assert words(file) == ["short"]


def test_a_file_that_another_process_writes_is_busy_and_not_damaged(
    file: sqlite3.Connection, path: Path
) -> None:
    with (
        closing(opened(path)) as other,
        transaction(other),
        pytest.raises(HomeError, match="another process"),
    ):
        write(file, path, "short")


def test_a_file_that_is_no_database_is_damaged_and_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("a diary")

    with pytest.raises(HistoryError, match="not a database"):
        opened(path)

    assert path.read_text() == "a diary"


def test_a_folder_in_the_place_of_the_file_cannot_be_written(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(HomeError, match="cannot be written"):
        opened(path)
