"""What doctor says about the library, and what to type next."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from docmind.cli import library_checks
from docmind.cli.library_checks import check_library
from docmind.config import Folders
from docmind.export.doctor_records import Severity
from docmind.settings import Settings
from docmind.workspace import Workspace
from tests.fakes import FakeEmbedder
from tests.unit.library.made import library_in_chroma


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """A home with a library of one file; its vectors are those of a fake model."""
    monkeypatch.setattr(Workspace, "_shared_embedder", lambda _: FakeEmbedder())
    path = tmp_path / "files" / "one.txt"
    path.parent.mkdir()
    path.write_text("The fee is EUR 4,500.\fThe term is a year.", encoding="utf-8")
    os.utime(path, (1, 1))
    with closing(library_in_chroma(tmp_path / "home" / "library")) as library:
        list(library.add([path.parent]))
    return Folders(tmp_path / "home", tmp_path / "cache", None)


def test_a_library_that_is_well_is_counted(folders: Folders) -> None:
    check = check_library(Settings(), folders)

    assert (check.severity, check.message) == (Severity.OK, "1 document, 2 passages")


def test_an_empty_library_is_no_problem_and_is_not_made(tmp_path: Path) -> None:
    check = check_library(Settings(), Folders(tmp_path / "home", tmp_path / "cache", None))

    assert check.severity is Severity.OK
    assert "docmind add" in check.message
    assert not (tmp_path / "home").exists()


def test_vectors_that_are_gone_are_made_again_by_the_command_that_is_named(
    folders: Folders,
) -> None:
    shutil.rmtree(folders.home / "library" / "chroma")

    check = check_library(Settings(), folders)

    assert (check.severity, check.remedy) == (Severity.WARN, "docmind sync --rebuild")
    assert "2 vectors are gone" in check.message
    with closing(library_in_chroma(folders.home / "library")) as library:
        list(library.sync(rebuild=True))
    assert check_library(Settings(), folders).severity is Severity.OK


def test_vectors_that_were_never_made_are_counted(folders: Folders) -> None:
    with closing(sqlite3.connect(folders.home / "library" / "manifest.sqlite")) as file, file:
        file.execute("UPDATE documents SET collection = ''")

    check = check_library(Settings(), folders)

    assert (check.severity, check.remedy) == (Severity.WARN, "docmind sync")
    assert "2 of them without vectors" in check.message


def test_a_damaged_store_and_a_damaged_manifest_are_told(folders: Folders) -> None:
    (folders.home / "library" / "chroma" / "chroma.sqlite3").write_bytes(b"damaged" * 1000)
    store = check_library(Settings(), folders)
    (folders.home / "library" / "manifest.sqlite").write_bytes(b"damaged" * 1000)
    manifest = check_library(Settings(), folders)

    assert (store.severity, manifest.severity) == (Severity.WARN, Severity.FAIL)
    assert "docmind sync --rebuild" in store.remedy
    assert "docmind add" in manifest.remedy


def test_files_that_cannot_be_read_are_counted(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "files" / "bad.txt").write_text("damaged", encoding="utf-8")
    with closing(library_in_chroma(folders.home / "library")) as library:
        list(library.sync())

    check = check_library(Settings(), folders)

    assert (check.severity, check.remedy) == (Severity.WARN, "docmind list")
    assert "1 file cannot be read" in check.message


def test_an_sqlite_without_full_text_search_is_told(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_checks, "has_full_text_search", lambda _file: False)

    check = check_library(Settings(), folders)

    assert check.severity is Severity.FAIL
    assert "FTS5" in check.message
