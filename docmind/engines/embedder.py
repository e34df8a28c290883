"""Text to vectors, in a process of its own, so that nothing here ever imports torch.

Texts travel in short batches, two at a time for each caller, so that the worker never waits for
us. It takes questions first: one waits for the batch that is under way at the most, never for a
document.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import IO, TYPE_CHECKING, BinaryIO, cast

import msgspec
import numpy as np

from docmind.children import environment_of_child
from docmind.engines.embedding_frames import (
    Batch,
    FromWorker,
    Ready,
    Refused,
    Rows,
    read_frame,
    write_frame,
)
from docmind.engines.embedding_models import EmbeddingModel
from docmind.errors import EngineError

if TYPE_CHECKING:
    from docmind.ports import Vectors

BATCH_TEXTS = 16
BATCH_CHARACTERS = 12_000
"""About 0.4 s of work on two cores, which is what a question may have to wait for."""

SLOWER = 8
"""A model that is set is likely larger than our own: its batches are so many times shorter."""

READ_CHARACTERS = 4_000
"""The model reads 256 tokens, so what follows would only be carried there in vain."""

LATIN_SHARE = 0.5
"""The share of a text's letters that must be Latin. The model's vocabulary has single Chinese and
Japanese characters, but it was trained on English: what it says of them is noise."""

IN_FLIGHT = 2
"""So many batches of one caller are under way: one is worked on, one lies ready."""

_FRUGAL = {
    "MALLOC_ARENA_MAX": "2",
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "64",
    "OMP_WAIT_POLICY": "PASSIVE",
}
"""For glibc, oneDNN and OpenMP, which read it when a process starts. Batches of ever other sizes
make the first two grow; this costs no speed. A low MALLOC_MMAP_THRESHOLD_ would save more, but
halves the speed. Threads of OpenMP else spin while they wait, on cores that others want."""

_LETTERS = re.compile(r"[^\W\d_]")
_OTHER_LETTERS = re.compile(r"[^\W\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_SET_HINT = (
    "retrieval.embedding_model needs a sentence-transformers model that runs without code of its"
    " own; left empty, the one that comes with docmind is used."
)
_HINT = "docmind works without it: questions are answered by BM25 alone. Try `docmind doctor`."


class ProcessEmbedder:
    """Implements `docmind.ports.Embedder` with a model in a child process: MiniLM, unless set.

    `start` returns at once and the child loads in the background; any thread may call `embed`.
    """

    def __init__(
        self, command: Sequence[str] | None = None, model: EmbeddingModel | None = None
    ) -> None:
        self._model = EmbeddingModel() if model is None else model
        self._command = list(command) if command is not None else _worker_command(self._model)
        self._lock = threading.Lock()
        self._writing = threading.Lock()  # apart, so that `close` never waits for a full pipe
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded: Future[Ready] = Future()
        self._waiting: dict[int, Future[Rows]] = {}
        self._numbers = itertools.count()
        self._last_words: deque[str] = deque(maxlen=5)
        self._failure: str | None = None
        self._threads: tuple[threading.Thread, ...] = ()

    @property
    def model(self) -> str:
        """Names the weights."""
        return self._model.key

    def start(self) -> None:
        """Start the child, unless that was done. Never waits, never fails: `embed` tells."""
        with self._lock:
            if self._process is not None or self._failure is not None:
                return
            try:
                process = self._process = _spawn(self._command)
            except OSError as error:
                reason = str(error)
            else:
                talk = _thread(self._listen, process.stderr)
                self._threads = (talk, _thread(self._receive, process.stdout, talk))
                return
        self._fail(reason)

    @property
    def ready(self) -> bool:
        """Whether `embed` would answer without loading anything first."""
        return self._loaded.done() and self._failure is None

    @property
    def precision(self) -> str | None:
        """ "bf16" or "fp32"; None until the model is loaded."""
        return self._loaded.result().precision if self.ready else None

    def reads(self, text: str) -> bool:
        """Whether the model knows the script of this text; one without letters is no obstacle.

        A model that is set is taken to know every script: that is what one is set for.
        """
        if not self._model.packaged:
            return True
        letters = len(_LETTERS.findall(text))
        return len(_OTHER_LETTERS.findall(text)) <= letters * (1 - LATIN_SHARE)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text. Waits until ready; raises EngineError if that fails."""
        return self._embed(texts)

    def embed_query(self, query: str) -> Vectors:
        """The unit vector of a question, before those of passages that wait."""
        vector: Vectors = self._embed([query], query=True)[0]
        return vector

    def _embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.start()
        self._loaded.result()
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        share = 1 if self._model.packaged else SLOWER
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        under_way: deque[Future[Rows]] = deque()
        replies: list[Rows] = []
        for batch in _batches(order, texts, share):
            under_way.append(self._ask([_sendable(texts[at]) for at in batch], query=query))
            if len(under_way) == IN_FLIGHT:
                replies.append(under_way.popleft().result())
        replies += [future.result() for future in under_way]
        values = np.frombuffer(b"".join(reply.values for reply in replies), np.float32)
        vectors = np.empty((len(texts), replies[0].dimensions), dtype=np.float32)
        vectors[order] = values.reshape(len(texts), -1)
        return vectors

    def close(self) -> None:
        """Stop at once, whatever is under way."""
        with self._lock:
            process = self._process
            self._failure = self._failure or "it was closed"
        if process is not None:
            process.kill()
            process.wait()
            for thread in self._threads:
                thread.join()
            for pipe in (process.stdin, process.stdout, process.stderr):
                _close(pipe)
        self._fail(self._failure)

    def _ask(self, texts: list[str], *, query: bool) -> Future[Rows]:
        """Send a batch; its rows come later."""
        future: Future[Rows] = Future()
        with self._lock:
            if self._failure is not None:
                raise self._error()
            number = next(self._numbers)
            self._waiting[number] = future
            assert self._process is not None
            pipe = cast("BinaryIO", self._process.stdin)
        try:
            with self._writing:
                write_frame(pipe, Batch(number, texts, query))
        except (OSError, ValueError) as error:  # ValueError: `close` was quicker
            raise self._error(str(error)) from error
        return future

    def _receive(self, pipe: BinaryIO, talk: threading.Thread) -> None:
        """Hand every reply to the caller that waits for it, until the child is gone."""
        decoder: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)
        while (body := read_frame(pipe)) is not None:
            self._deliver(decoder.decode(body))
        talk.join()
        self._fail(" | ".join(self._last_words) or self._how_it_ended())

    def _how_it_ended(self) -> str:
        """For a child that said nothing: most likely it was killed for its memory."""
        status = self._process.wait() if self._process is not None else 0
        return f"killed by signal {-status}" if status < 0 else f"exit status {status}"

    def _deliver(self, message: FromWorker) -> None:
        match message:
            case Ready():
                self._loaded.set_result(message)
            case Rows():
                self._take(message.number).set_result(message)
            case Refused(number, reason) if number in self._waiting:
                self._take(number).set_exception(EngineError(f"embedding failed: {reason}", _HINT))
            case Refused(_, reason):
                self._fail(reason)

    def _take(self, number: int) -> Future[Rows]:
        with self._lock:
            return self._waiting.pop(number)

    def _fail(self, reason: str) -> None:
        """No more answers: everyone who waits, now or later, gets the reason."""
        with self._lock:
            self._failure = self._failure or reason
            waiting, self._waiting = self._waiting, {}
        if not self._loaded.done():
            self._loaded.set_exception(self._error())
        for future in waiting.values():
            future.set_exception(self._error())

    def _error(self, reason: str | None = None) -> EngineError:
        told = f"the embedding process stopped: {reason or self._failure}"
        if self._model.packaged:
            return EngineError(told, _HINT)
        return EngineError(f"{told} (model: {self._model.name})", _SET_HINT)

    def _listen(self, pipe: BinaryIO) -> None:
        for line in pipe:
            if text := line.decode(errors="replace").strip():
                self._last_words.append(text)


def _batches(order: Sequence[int], texts: Sequence[str], share: int) -> Iterator[list[int]]:
    """Positions in short batches; texts of a like length together, so that little is padding.

    `share` is how many times shorter than for our own model.
    """
    batch: list[int] = []
    characters = 0
    for position in order:
        length = min(len(texts[position]), READ_CHARACTERS)
        characters += length
        if batch and (
            len(batch) == BATCH_TEXTS // share or characters > BATCH_CHARACTERS // share
        ):
            yield batch
            batch, characters = [], length
        batch.append(position)
    if batch:
        yield batch


def _sendable(text: str) -> str:
    """What the model would read of a text, without the lone surrogates that UTF-8 cannot carry."""
    return text[:READ_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_of_child(os.environ, _FRUGAL),
        start_new_session=True,  # Ctrl-C is for the program, not for its helper
    )


def _thread(target: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        pass  # the last frame could not be flushed: nobody is there to read it


def _worker_command(model: EmbeddingModel) -> list[str]:
    # -P: a torch.py in the folder where the user stands must not be what gets imported.
    command = [sys.executable, "-P", "-m", "docmind.engines.embedding_worker"]
    return command if model.folder is None else [*command, str(model.folder)]
