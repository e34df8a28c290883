"""A damaged folder of Chroma costs an error, never the process."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from docmind.errors import LibraryError
from docmind.store import health
from docmind.store.chroma import ChromaVectors
from docmind.store.health import try_in_child

ROWS = 1_500
"""So many that Chroma writes its index to the disk."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vectors = np.random.default_rng(1).normal(size=(ROWS, 8)).astype(np.float32)
    with closing(ChromaVectors(tmp_path / "chroma")) as store:
        store.put("docmind-one", [str(number) for number in range(ROWS)], vectors)
    return tmp_path / "chroma"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that a child process has tried."""
    folders: list[Path] = []

    def noted(folder: Path) -> None:
        folders.append(folder)
        try_in_child(folder)

    monkeypatch.setattr(health, "try_in_child", noted)
    return folders


def nearest(folder: Path) -> int:
    with closing(ChromaVectors(folder)) as store:
        return len(store.nearest("docmind-one", np.ones(8, dtype=np.float32), 5))


def test_an_index_that_would_end_the_process_is_told_and_made_again(folder: Path) -> None:
    (links,) = folder.rglob("header.bin")
    links.write_bytes(links.read_bytes()[:50])

    for _ in range(2):
        with pytest.raises(LibraryError, match="damaged") as told:
            nearest(folder)
        assert "docmind sync --rebuild" in told.value.hint

    with closing(ChromaVectors(folder)) as store:
        store.clear("docmind")
        store.put("docmind-one", ["a"], np.ones((1, 8), dtype=np.float32))
    assert nearest(folder) == 1


def test_an_index_that_is_as_it_was_is_not_tried(folder: Path, tried: list[Path]) -> None:
    for _ in range(2):
        assert nearest(folder) == 5

    assert tried == []


def test_an_index_that_has_changed_is_tried_once(folder: Path, tried: list[Path]) -> None:
    (index,) = folder.rglob("header.bin")
    os.utime(index, (1, 1))

    for _ in range(2):
        assert nearest(folder) == 5

    assert tried == [folder]


def test_after_a_process_that_died_of_it_the_index_is_tried(
    folder: Path, tried: list[Path]
) -> None:
    dying = ChromaVectors(folder)
    with pytest.raises(KeyboardInterrupt), dying._open():
        raise KeyboardInterrupt
    dying.close()

    assert nearest(folder) == 5

    assert tried == [folder]


def test_an_empty_folder_is_not_tried(tmp_path: Path, tried: list[Path]) -> None:
    assert nearest(tmp_path / "new") == 0
    assert tried == []
