"""What may hang or break beside the pages."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import psutil
import pytest

from docmind.documents.extras import Extras, read_extras, within_seconds


class BrokenDocument:
    """Has a title, and raises what real files make PyMuPDF raise for all else."""

    metadata = {"title": "Still here"}  # noqa: RUF012 a plain attribute, as PyMuPDF has it

    def get_toc(self, *, simple: bool) -> list[tuple[int, str, int]]:
        raise AssertionError("cycle in the outline")

    def get_page_labels(self) -> list[dict[str, object]]:
        raise RuntimeError("bad number tree")


def test_an_extra_that_breaks_costs_only_itself() -> None:
    assert read_extras(BrokenDocument()) == Extras(
        title="Still here", lacking=("outline", "page labels")
    )


def hang() -> bytes:
    signal.pause()
    return b""


def die() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


@pytest.mark.parametrize("work", [hang, die])
def test_work_that_hangs_or_dies_gives_nothing_and_leaves_no_process(
    work: Callable[[], bytes],
) -> None:
    before = psutil.Process().children()  # a worker that waits for its next file, say
    assert within_seconds(0.2, work) is None
    assert set(psutil.Process().children()) <= set(before)


def test_work_that_ends_in_time_gives_all_its_bytes() -> None:
    assert within_seconds(20, lambda: b"x" * (1 << 20)) == b"x" * (1 << 20)
