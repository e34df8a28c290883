"""The parent of the embedding process, with children that misbehave."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from docmind.engines.embedder import BATCH_CHARACTERS, BATCH_TEXTS, ProcessEmbedder
from docmind.errors import EngineError

_SPEAKING = """
import os, sys
from docmind.engines.embedding_frames import *
import msgspec
inn, out = sys.stdin.buffer, sys.stdout.buffer
write_frame(out, Ready("fp32"))
read = lambda: msgspec.msgpack.decode(read_frame(inn), type=Batch)
"""

Start = Callable[[str], ProcessEmbedder]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[ProcessEmbedder] = []

    def start_with(script: str) -> ProcessEmbedder:
        started.append(ProcessEmbedder([sys.executable, "-c", script]))
        return started[-1]

    yield start_with
    for each in started:
        each.close()


def test_a_worker_that_cannot_load_is_an_error_with_its_last_words(start: Start) -> None:
    embedder = start("import sys; sys.exit('there is no torch here')")
    with pytest.raises(EngineError, match="there is no torch here") as caught:
        embedder.embed(["text"])
    assert "BM25" in caught.value.hint
    assert not embedder.ready


def test_a_worker_that_refuses_its_weights_says_why(start: Start) -> None:
    script = _SPEAKING.replace('Ready("fp32")', 'Refused(LOADING, "ValueError: wrong weights")')
    with pytest.raises(EngineError, match="wrong weights"):
        start(script).embed(["text"])


def test_a_worker_that_dies_at_work_is_an_error_for_everyone_who_waits(start: Start) -> None:
    script = _SPEAKING + "read(); read(); print('killed by a test', file=sys.stderr); os._exit(1)"
    embedder = start(script)
    failures: list[str] = []

    def ask() -> None:
        with pytest.raises(EngineError) as caught:
            embedder.embed(["text"])
        failures.append(str(caught.value))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("killed by a test" in failure for failure in failures)
    assert len(failures) == 2


def test_a_worker_that_is_killed_without_a_word_says_by_what(start: Start) -> None:
    script = _SPEAKING + "import signal; read(); os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(EngineError, match="signal 9"):
        start(script).embed(["text"])


def test_a_batch_that_fails_does_not_end_the_others(start: Start) -> None:
    script = _SPEAKING + (
        "write_frame(out, Refused(read().number, 'MemoryError: '))\n"
        "write_frame(out, Rows(read().number, 2, bytes(8)))\n"
        "read()"
    )
    embedder = start(script)
    with pytest.raises(EngineError, match="MemoryError"):
        embedder.embed(["too much"])
    assert embedder.embed(["fine"]).shape == (1, 2)
    assert embedder.precision == "fp32"


def test_what_a_library_prints_does_not_reach_the_frames(start: Start) -> None:
    script = "print('Loading weights: 100%', file=sys.stderr)\n"
    embedder = start(_SPEAKING + script + "write_frame(out, Rows(read().number, 2, bytes(8)))")
    assert embedder.embed(["fine"]).shape == (1, 2)


def test_a_question_is_let_in_between_the_batches_of_a_document(start: Start) -> None:
    # The worker answers nothing before the question has come, and that first.
    script = _SPEAKING + (
        "answer = lambda batch: write_frame(\n"
        "    out, Rows(batch.number, 2, bytes(8 * len(batch.texts)))\n"
        ")\n"
        "held = []\n"
        "while not (batch := read()).query:\n"
        "    held.append(batch)\n"
        "for each in [batch, *held]:\n"
        "    answer(each)\n"
        "while True:\n"
        "    answer(read())\n"
    )
    embedder = start(script)
    document = threading.Thread(target=embedder.embed, args=(["passage"] * BATCH_TEXTS * 9,))
    document.start()
    assert embedder.embed_query("question").shape == (2,)
    document.join()


def test_the_next_batch_lies_ready_while_one_is_worked_on(start: Start) -> None:
    script = _SPEAKING + (
        "answer = lambda batch: write_frame(\n"
        "    out, Rows(batch.number, 1, bytes(4 * len(batch.texts)))\n"
        ")\n"
        "first = read()\n"
        "while True:\n"
        "    second = read()\n"  # before the first is answered
        "    answer(first)\n"
        "    first = second\n"
        "    if len(first.texts) == 1:\n"
        "        answer(first)\n"
        "        first = read()\n"
    )
    assert start(script).embed(["x"] * (3 * BATCH_TEXTS + 1)).shape == (3 * BATCH_TEXTS + 1, 1)


def test_closing_frees_those_who_wait_for_the_model(start: Start) -> None:
    embedder = start("import sys; sys.stdin.read()")
    failed = threading.Event()

    def ask() -> None:
        with pytest.raises(EngineError):
            embedder.embed(["text"])
        failed.set()

    embedder.start()
    assert not embedder.ready
    thread = threading.Thread(target=ask)
    thread.start()
    embedder.close()
    thread.join()
    assert failed.is_set()


def test_a_program_that_does_not_exist_is_an_error_when_it_is_needed() -> None:
    embedder = ProcessEmbedder(["/nowhere/python"])
    embedder.start()
    with pytest.raises(EngineError, match="nowhere"):
        embedder.embed(["text"])
    embedder.close()


def test_closing_what_was_never_started_is_fine() -> None:
    embedder = ProcessEmbedder()
    embedder.close()
    embedder.close()
    with pytest.raises(EngineError, match="closed"):
        embedder.embed(["text"])


def test_batches_are_short_in_texts_and_in_characters(start: Start) -> None:
    script = _SPEAKING + (
        "while True:\n"
        "    batch = read()\n"
        "    size = float(max(len(batch.texts), sum(map(len, batch.texts)) / 1000))\n"
        "    import struct\n"
        "    rows = struct.pack('f', size) * len(batch.texts)\n"
        "    write_frame(out, Rows(batch.number, 1, rows))\n"
    )
    embedder = start(script)
    assert embedder.embed(["x"] * 100).max() <= BATCH_TEXTS
    assert embedder.embed(["x" * 3000] * 20).max() <= BATCH_CHARACTERS / 1000


def test_the_parent_imports_neither_torch_nor_sentence_transformers() -> None:
    code = (
        "import sys, docmind.engines.embedder\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
