"""A file that is written whole is there as it was or as it is to be, and never in between."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from docmind.disk import home_error
from docmind.drafts import Draft, write_whole
from docmind.errors import HomeError


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def open_full_device(*_: object) -> int:
    """A file to which nothing can be written, as on a full disk."""
    return os.open("/dev/full", os.O_WRONLY)


def broken_off() -> Iterator[bytes]:
    yield b"the first half, "
    raise KeyboardInterrupt


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    place = tmp_path / "new" / "folder" / ("n" * 255)

    write_whole(place, b"all of it")

    assert place.read_bytes() == b"all of it"
    assert names(place.parent) == [place.name]


def test_who_may_read_it_is_what_the_user_has_set(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "file", b"")
        Draft(tmp_path / "secret", private=True).commit()
    finally:
        os.umask(before)

    assert mode_of(tmp_path / "file") == 0o640
    assert mode_of(tmp_path / "secret") == 0o600


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"before")

    with pytest.raises(KeyboardInterrupt):
        write_whole(place, broken_off())

    assert place.read_bytes() == b"before"
    assert names(tmp_path) == ["file"]


def test_a_draft_counts_only_when_it_takes_its_place(tmp_path: Path) -> None:
    place = tmp_path / "file"
    draft = Draft(place, ".named")
    draft.write(b"first, ")
    draft.write(b"then")
    draft.finish()

    assert names(tmp_path) == [".named"]
    draft.commit()
    draft.drop()
    assert names(tmp_path) == ["file"]
    assert place.read_bytes() == b"first, then"


def test_what_a_kill_has_left_is_replaced_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"somebody's")
    (tmp_path / ".named").symlink_to(tmp_path / "elsewhere")

    write_whole(tmp_path / "file", b"ours", ".named")

    assert (tmp_path / "file").read_bytes() == b"ours"
    assert (tmp_path / "elsewhere").read_bytes() == b"somebody's"


def test_a_full_disk_is_told_in_words_and_leaves_no_file_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docmind.drafts._made", open_full_device)
    before = names(Path("/proc/self/fd"))

    with pytest.raises(HomeError, match=f"The folder {tmp_path} cannot be written: its disk"):
        write_whole(tmp_path / "file", b"much")
    assert names(tmp_path) == []
    assert names(Path("/proc/self/fd")) == before


def test_a_folder_that_cannot_be_made_is_told_in_the_words_of_whoever_writes(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(HomeError, match="docmind's folder"):
        Draft(tmp_path / "file" / "below", told=home_error)
