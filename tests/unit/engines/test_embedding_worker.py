"""The parts of the embedding process that need no model."""

from __future__ import annotations

import io
import os
from pathlib import Path

import msgspec
import pytest

from docmind.engines.embedding_frames import Batch, Ready, read_frame, write_frame
from docmind.engines.embedding_worker import Waiting, check_weights, computes_bf16_fast
from tests.waiting import until


def test_frames_arrive_as_they_were_sent() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, Batch(7, ["first", "zweiter ü"]))
    write_frame(pipe, Ready("bf16"))
    pipe.seek(0)
    first = read_frame(pipe)
    assert first is not None
    assert msgspec.msgpack.decode(first, type=Batch) == Batch(7, ["first", "zweiter ü"])
    assert read_frame(pipe) is not None
    assert read_frame(pipe) is None


@pytest.mark.parametrize("kept", [1, 3, 5, 12])
def test_a_frame_that_is_cut_off_is_the_end(kept: int) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, Batch(7, ["some text"]))
    assert read_frame(io.BytesIO(pipe.getvalue()[:kept])) is None


def test_a_question_goes_before_passages_that_wait() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as requests, os.fdopen(writing, "wb") as pipe:
        waiting = Waiting(requests)
        for number in (1, 2):
            write_frame(pipe, Batch(number, ["a passage"]))
        write_frame(pipe, Batch(3, ["a question"], query=True))
        until(lambda: len(waiting) == 3)
        order = [batch.number for _ in range(3) if (batch := waiting.next())]
        pipe.close()
        assert (order, waiting.next()) == ([3, 1, 2], None)


def test_weights_that_are_not_the_measured_ones_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"something else")
    with pytest.raises(ValueError, match="sha256"):
        check_weights(weights)


@pytest.mark.parametrize(
    ("flags", "fast"),
    [
        ("fpu sse2 avx512f avx512_bf16", True),
        ("fpu amx_tile amx_bf16", True),
        ("fpu sse2 avx2 avx512f", False),
    ],
)
def test_bf16_is_used_where_the_processor_has_instructions_for_it(
    tmp_path: Path, flags: str, fast: bool
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor : 0\nmodel name : a\nflags\t\t: {flags}\n")
    assert computes_bf16_fast(cpuinfo) is fast


def test_where_nothing_is_known_of_the_processor_fp32_is_used(tmp_path: Path) -> None:
    assert computes_bf16_fast(tmp_path / "missing") is False
