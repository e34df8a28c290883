"""What is cached on disk stays within its limit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docmind.serving.pruning import CachedFile, cached_files, prune, surplus


def made(root: Path, name: str, size: int, used: float) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (used, used))
    return path


def test_the_blocks_that_were_unused_for_longest_go_first(tmp_path: Path) -> None:
    old = made(tmp_path, "model_ab/000/00_g0/a.bin", 40, 1_000)
    middle = made(tmp_path, "model_ab/000/01_g0/b.bin", 40, 2_000)
    new = made(tmp_path, "model_ab/001/00_g0/c.bin", 40, 3_000)
    description = made(tmp_path, "model_ab/config.json", 100, 1)

    assert prune(tmp_path, 90) == 40

    assert not old.exists()
    assert middle.exists()
    assert new.exists()
    assert description.exists()


def test_what_is_read_again_counts_as_used(tmp_path: Path) -> None:
    read = made(tmp_path, "a.bin", 40, 1_000)
    written = made(tmp_path, "b.bin", 40, 2_000)
    os.utime(read, (3_000, 1_000))

    prune(tmp_path, 40)

    assert read.exists()
    assert not written.exists()


def test_within_the_limit_nothing_goes_and_nothing_is_no_folder(tmp_path: Path) -> None:
    kept = made(tmp_path, "a.bin", 40, 1_000)

    assert prune(tmp_path, 40) == 0
    assert prune(tmp_path / "none", 0) == 0
    assert kept.exists()


def test_a_file_that_vanished_meanwhile_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "a.bin", 40, 1_000)
    made(tmp_path, "b.bin", 40, 2_000)
    unlink = Path.unlink

    def vanished(path: Path) -> None:
        unlink(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "unlink", vanished)

    assert prune(tmp_path, 0) == 0
    assert list(cached_files(tmp_path)) == []


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = made(tmp_path, "outside/a.bin", 40, 1_000)
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(outside.parent)

    prune(root, 0)

    assert outside.exists()


def test_the_surplus_is_as_small_as_it_can_be() -> None:
    files = [CachedFile(Path(f"{number}.bin"), 10, number) for number in range(5)]

    assert [file.used for file in surplus(files, 35)] == [0, 1]
    assert surplus(files, 50) == []
