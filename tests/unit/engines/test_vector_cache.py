"""Vectors between runs: kept by content, and never worth an error."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from docmind.engines.vector_cache import VectorCache


def unit_vectors(count: int, seed: int = 1) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    rows: np.ndarray[tuple[int, int], np.dtype[np.float32]] = vectors / np.linalg.norm(
        vectors, axis=1, keepdims=True
    )
    return rows


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "deep" / "vectors.sqlite")


def test_known_texts_come_back_and_others_are_named(cache: VectorCache) -> None:
    vectors = unit_vectors(2)
    cache.put("model", ["one", "two"], vectors)
    known, missing = cache.get("model", ["zero", "two", "three", "one", "two"])
    assert missing == [0, 2]
    assert known.dtype == np.float32
    assert np.allclose(known, vectors[[1, 0, 1]], atol=1e-3)


def test_a_new_cache_knows_nothing(cache: VectorCache) -> None:
    known, missing = cache.get("model", ["one", "two"])
    assert known.shape == (0, 0)
    assert missing == [0, 1]
    assert cache.get("model", [])[1] == []


def test_vectors_of_different_models_are_not_mixed(cache: VectorCache) -> None:
    cache.put("model", ["one"], unit_vectors(1))
    assert cache.get("other model", ["one"])[1] == [0]


def test_many_texts_are_found_in_one_call(cache: VectorCache) -> None:
    texts = [f"text {number}" for number in range(1300)]
    cache.put("model", texts, unit_vectors(1300))
    known, missing = cache.get("model", texts)
    assert missing == []
    assert known.shape == (1300, 8)


def test_a_later_vector_takes_the_place_of_an_earlier(cache: VectorCache) -> None:
    cache.put("model", ["one"], unit_vectors(1, seed=1))
    cache.put("model", ["one"], unit_vectors(1, seed=2))
    assert np.allclose(cache.get("model", ["one"])[0], unit_vectors(1, seed=2), atol=1e-3)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 500])
def test_a_file_that_is_no_database_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vectors.sqlite"
    path.write_bytes(content)
    cache = VectorCache(path)
    cache.put("model", ["one"], unit_vectors(1))
    assert cache.get("model", ["one"])[1] == []


def test_a_database_with_a_damaged_page_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "vectors.sqlite"
    cache = VectorCache(path)
    texts = [f"text {number}" for number in range(2000)]
    cache.put("model", texts, unit_vectors(2000))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    cache.get("model", texts)
    cache.put("model", ["one"], unit_vectors(1))
    assert cache.get("model", ["one"])[1] == []


def test_a_row_of_another_size_counts_as_unknown(tmp_path: Path) -> None:
    path = tmp_path / "vectors.sqlite"
    cache = VectorCache(path)
    cache.put("model", ["one"], unit_vectors(1))
    cache.put("model", ["two"], unit_vectors(1)[:, :3])
    assert cache.get("model", ["one", "two"])[1] == [0, 1]


def test_where_nothing_can_be_written_it_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = VectorCache(tmp_path / "file" / "vectors.sqlite")
    cache.put("model", ["one"], unit_vectors(1))
    assert cache.get("model", ["one"])[1] == [0]


def test_a_database_that_is_locked_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docmind.engines.vector_cache._BUSY_SECONDS", 0.0)
    path = tmp_path / "vectors.sqlite"
    cache = VectorCache(path)
    cache.put("model", ["one"], unit_vectors(1))
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    cache.put("model", ["two"], unit_vectors(1))
    other.rollback()
    other.close()
    assert cache.get("model", ["one", "two"])[1] == [1]


def _put_some(path: Path, first: int) -> None:
    cache = VectorCache(path)
    for number in range(first, first + 50):
        cache.put("model", [f"text {number}"], unit_vectors(1, seed=number))


def test_several_processes_may_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "vectors.sqlite"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_put_some, [path, path], [0, 50]))
    assert VectorCache(path).get("model", [f"text {number}" for number in range(100)])[1] == []


def test_of_two_who_want_the_same_vectors_one_has_its_turn_first(tmp_path: Path) -> None:
    cache_file = tmp_path / "vectors.sqlite"
    cache = VectorCache(cache_file)
    texts = ["one", "two"]
    told, released = threading.Event(), threading.Event()
    seen: list[int] = []

    def second() -> None:
        with VectorCache(cache_file).turn(texts, told.set):
            assert released.is_set()
            seen.append(len(cache.get("model", texts)[1]))

    thread = threading.Thread(target=second)
    with cache.turn(texts, lambda: None):
        thread.start()
        assert told.wait(30)
        cache.put("model", texts, unit_vectors(2))
        released.set()
    thread.join(30)
    assert seen == [0]


def test_a_cache_that_cannot_be_written_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with VectorCache(tmp_path / "file" / "vectors.sqlite").turn(["one"], lambda: None):
        pass
