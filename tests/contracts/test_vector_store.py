"""What every VectorStore does: Chroma in a folder, Chroma at a server, and the fake."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import numpy as np
import pytest

from docmind.ports import VectorStore
from docmind.store.chroma import ChromaVectors
from tests.fakes import FakeVectors

if TYPE_CHECKING:
    from docmind.ports import Vectors

COLLECTION = "docmind-tests-one"
SERVER_SECONDS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server on a port of its own, as `chroma run` starts it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    program = "from chromadb.cli.cli import app; app()"
    folder = tmp_path_factory.mktemp("chroma-server")
    words = ["run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for_life(url)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_life(url: str) -> None:
    deadline = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx2.get(f"{url}/api/v2/heartbeat", trust_env=False, timeout=1).raise_for_status()
        except httpx2.HTTPError:
            continue
        return
    raise AssertionError("the Chroma server did not start")


@pytest.fixture(params=["fake", "folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "fake":
        yield FakeVectors()
        return
    url = request.getfixturevalue("server") if request.param == "server" else ""
    made = ChromaVectors(tmp_path / "library" / "chroma", url)
    made.clear("docmind-tests")
    yield made
    made.close()


def unit_vectors(count: int, seed: int = 1) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, 32)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_the_nearest_vector_of_a_vector_is_itself(store: VectorStore) -> None:
    vectors = unit_vectors(20)
    store.put(COLLECTION, [f"1.{number}" for number in range(20)], vectors)

    found = store.nearest(COLLECTION, vectors[7], 5)

    assert found[0][0] == "1.7"
    assert found[0][1] == pytest.approx(1, abs=1e-4)
    assert [cosine for _, cosine in found] == sorted((each for _, each in found), reverse=True)
    assert len(found) == 5


def test_cosines_are_those_of_the_vectors(store: VectorStore) -> None:
    vectors = unit_vectors(10)
    store.put(COLLECTION, [str(number) for number in range(10)], vectors)

    for key, cosine in store.nearest(COLLECTION, vectors[0], 10):
        assert cosine == pytest.approx(float(vectors[int(key)] @ vectors[0]), abs=1e-4)


def test_a_vector_of_the_same_key_takes_the_older_ones_place(store: VectorStore) -> None:
    first, second = unit_vectors(2)
    store.put(COLLECTION, ["a"], first[np.newaxis])
    store.put(COLLECTION, ["a"], second[np.newaxis])

    assert store.count(COLLECTION) == 1
    assert store.nearest(COLLECTION, second, 1)[0][1] == pytest.approx(1, abs=1e-4)


def test_what_is_removed_is_not_found(store: VectorStore) -> None:
    vectors = unit_vectors(3)
    store.put(COLLECTION, ["a", "b", "c"], vectors)

    store.remove(COLLECTION, ["b", "never there"])

    assert {key for key, _ in store.nearest(COLLECTION, vectors[1], 9)} == {"a", "c"}


def test_an_unknown_collection_is_empty(store: VectorStore) -> None:
    assert store.nearest("docmind-tests-none", unit_vectors(1)[0], 3) == []
    assert store.count("docmind-tests-none") == 0
    store.remove("docmind-tests-none", ["a"])
    store.drop("docmind-tests-none")


def test_collections_are_apart(store: VectorStore) -> None:
    vectors = unit_vectors(2)
    store.put(COLLECTION, ["a"], vectors[:1])
    store.put("docmind-tests-two", ["b"], vectors[1:])
    store.drop(COLLECTION)

    assert store.count(COLLECTION) == 0
    assert store.nearest("docmind-tests-two", vectors[1], 2)[0][0] == "b"

    store.clear("docmind-tests")
    assert store.count("docmind-tests-two") == 0


def test_what_was_written_is_there_when_it_is_opened_again(store: VectorStore) -> None:
    vectors = unit_vectors(2)
    store.put(COLLECTION, ["a", "b"], vectors)

    store.reopen()

    assert store.nearest(COLLECTION, vectors[1], 1)[0][0] == "b"
