"""What sync makes of changes in a folder, and which of them have it searched again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from docmind.library.changes import FEW
from docmind.library.entries import Added, Failed, LibraryEvent, Removed, Unchanged
from docmind.library.library import Library
from tests.unit.library.made import Files, made_library

LONG_AGO = 1_000_000


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def library(tmp_path: Path, folder: Path, files: Files) -> Iterator[Library]:
    """A library of the folder, in which nothing has changed."""
    for path in folder.rglob("*.txt"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    with closing(made_library(tmp_path / "library", files=files)) as made:
        list(made.add([folder]))
        files.read_names.clear()
        files.found.clear()
        yield made


def edited(path: Path, text: str = "All is different.", *, at: int = LONG_AGO + 60) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))


def told(library: Library) -> dict[type[LibraryEvent], list[LibraryEvent]]:
    """What a sync says, by kind."""
    events: dict[type[LibraryEvent], list[LibraryEvent]] = {}
    for event in library.sync():
        events.setdefault(type(event), []).append(event)
    return events


def names(library: Library) -> list[str]:
    return sorted(file.name for file, entry in library.entries() if entry is not None)


def test_where_a_known_file_was_edited_it_alone_is_looked_at(
    library: Library, folder: Path, files: Files
) -> None:
    edited(folder / "manual.txt")

    events = told(library)

    assert [event.name for event in events[Added] if isinstance(event, Added)] == ["manual.txt"]
    assert events[Unchanged] == [Unchanged(2)]
    assert (files.read_names, files.found) == (["manual.txt"], [])
    assert told(library) == {Unchanged: [Unchanged(3)]}
    assert library.search("different", limit=1, meaning=False)


def test_where_a_known_file_was_deleted_nothing_is_searched(
    library: Library, folder: Path, files: Files
) -> None:
    (folder / "manual.txt").unlink()

    events = told(library)

    assert events == {Removed: [Removed("manual.txt")], Unchanged: [Unchanged(2)]}
    assert files.found == []
    assert told(library) == {Unchanged: [Unchanged(2)]}


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: edited(folder / "new.txt"),
        lambda folder: edited(folder / ".gitignore"),
        lambda folder: (folder / "new").mkdir(),
        lambda folder: (folder / "contract.txt").rename(folder / "renamed.txt"),
        lambda folder: (folder / "other.txt").symlink_to("contract.txt"),
    ],
    ids=["a new file", "a hidden file", "a new folder", "a new name", "a link"],
)
def test_anything_else_has_the_folder_searched_again(
    library: Library, folder: Path, files: Files, change: Callable[[Path], object]
) -> None:
    change(folder)

    told(library)

    assert files.found == [folder]


def test_a_rule_that_was_edited_has_the_folder_searched_again(
    library: Library, folder: Path, files: Files
) -> None:
    edited(folder / ".gitignore", "a")
    told(library)
    edited(folder / ".gitignore", "b", at=LONG_AGO + 120)
    files.found.clear()

    told(library)

    assert files.found == [folder]


def test_many_edited_files_are_searched_for_together(
    library: Library, folder: Path, files: Files
) -> None:
    for number in range(FEW + 1):
        edited(folder / f"many{number}.txt", "before")
    told(library)
    for number in range(FEW + 1):
        edited(folder / f"many{number}.txt", "afterwards")
    files.found.clear()

    events = told(library)

    assert len(events[Added]) == FEW + 1
    assert files.found == [folder]


def test_a_file_that_was_edited_a_moment_ago_is_looked_at_again(
    library: Library, folder: Path, files: Files
) -> None:
    (folder / "manual.txt").write_text("Just now.", encoding="utf-8")

    told(library)
    told(library)

    assert files.read_names == ["manual.txt", "manual.txt"]
    assert files.found == []


def test_a_file_that_became_a_link_out_of_the_folder_goes(
    library: Library, folder: Path, files: Files
) -> None:
    (folder.parent / "secret.md").write_text("A secret.", encoding="utf-8")
    (folder / "manual.txt").unlink()
    (folder / "manual.txt").symlink_to(folder.parent / "secret.md")
    files.refuses_links = True

    events = told(library)

    assert events[Removed] == [Removed("manual.txt")]
    assert names(library) == ["contract.txt", "sub/notes.txt"]
    assert not library.search("green button", limit=1, meaning=False)


def test_files_in_a_folder_that_became_a_link_go(
    library: Library, folder: Path, files: Files
) -> None:
    (folder / "sub").rename(folder.parent / "sub")
    (folder / "sub").symlink_to(folder.parent / "sub")
    files.refuses_links = True

    assert told(library)[Removed] == [Removed("sub/notes.txt")]
    assert names(library) == ["contract.txt", "manual.txt"]


def test_a_file_that_became_a_pipe_or_a_folder_goes(
    library: Library, folder: Path, files: Files
) -> None:
    (folder / "manual.txt").unlink()
    os.mkfifo(folder / "manual.txt")
    (folder / "contract.txt").unlink()
    (folder / "contract.txt").mkdir()
    files.refuses_links = True

    events = told(library)

    assert {event.name for event in events[Removed] if isinstance(event, Removed)} == {
        "manual.txt",
        "contract.txt",
    }
    assert Failed not in events
    assert names(library) == ["sub/notes.txt"]
