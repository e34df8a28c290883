"""A file that failed for want of a password or of room is read once it is allowed."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from docmind.config import Folders
from docmind.documents.allowance import allowance_key
from docmind.errors import EncryptedInput
from docmind.library.entries import Added, Failed, LibraryEvent
from docmind.settings import ReadingSettings, RetrievalArms, RetrievalSettings, Settings
from docmind.workspace import Workspace


def added(home: Path, path: Path, settings: ReadingSettings) -> list[LibraryEvent]:
    """What `docmind add` says of a folder."""
    words = RetrievalSettings(arms=RetrievalArms.LEXICAL)
    folders = Folders(home, home / "cache", None)
    with (
        Workspace(Settings(reading=settings, retrieval=words), folders) as workspace,
        closing(workspace.library()) as library,
    ):
        return [each for each in library.add([path]) if isinstance(each, Added | Failed)]


def test_an_encrypted_pdf_of_a_library_is_read_once_its_password_is_given(
    pdfs: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "encrypted.pdf").write_bytes((pdfs / "encrypted.pdf").read_bytes())
    password = tmp_path / "password"

    for _ in range(2):
        (failed,) = added(tmp_path / "home", folder, ReadingSettings())
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, EncryptedInput)

    password.write_text("hunter2\n", encoding="utf-8")
    os.utime(password, (1, 1))
    settings = ReadingSettings(password_file=str(password))
    (failed,) = added(tmp_path / "home", folder, settings)
    assert "wrong" in str(failed.error)  # type: ignore[union-attr]

    password.write_text("open sesame\n", encoding="utf-8")
    assert [type(each) for each in added(tmp_path / "home", folder, settings)] == [Added]


@pytest.mark.parametrize(
    "settings",
    [
        ReadingSettings(timeout_seconds=7),
        ReadingSettings(memory_mib=77),
        ReadingSettings(password_file="/nowhere/at all"),
    ],
)
def test_what_a_file_may_take_is_told_apart(settings: ReadingSettings) -> None:
    assert allowance_key(settings) != allowance_key(ReadingSettings())
