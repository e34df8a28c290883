"""Several results without a folder: in the order of the inputs, and few of them held."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from docmind.batch.inputs import Input
from docmind.batch.making import Made, MakeEvent, Result, make_all
from docmind.batch.transient import Working
from docmind.errors import DamagedInput, ServerUnreachable
from tests.waiting import until

INPUTS = [Input(Path(name), name) for name in "abcdefghij" * 3]


def test_results_come_in_the_order_of_the_inputs_and_failures_among_them() -> None:
    first = threading.Event()

    def make(found: Input) -> Generator[MakeEvent, None, None]:
        if found.name == "a":
            first.wait(10)
        elif found.name == "c":
            first.set()
            raise DamagedInput("c")
        yield Made(found.name, "", 0)

    told = [each for each in make_all(INPUTS[:4], make, 3) if isinstance(each, Result)]

    assert [each.input.name for each in told] == ["a", "b", "c", "d"]
    assert [each.made.record if each.made else str(each.error) for each in told] == list("abcd")


def test_no_more_are_begun_than_may_be_held() -> None:
    begun: list[str] = []
    gate = threading.Event()

    def make(found: Input) -> Generator[MakeEvent, None, None]:
        begun.append(found.name)
        while len(begun) == 1 and not gate.wait(0.01):
            yield Working()
        yield Made(found.name, "", 0)

    told = 0
    with closing(make_all(INPUTS, make, 2)) as events:
        for event in events:
            told += isinstance(event, Result)
            assert len(begun) - told <= 9
            if len(begun) > 1:
                gate.set()

    assert len(begun) == 30


def test_closing_closes_what_is_under_way() -> None:
    closed: list[str] = []

    def make(found: Input) -> Generator[MakeEvent, None, None]:
        try:
            while True:
                yield Working()
        finally:
            closed.append(found.name)

    with closing(make_all(INPUTS[:2], make, 2)) as events:
        next(events)

    assert until(lambda: sorted(closed)) in (["a"], ["a", "b"])


def test_a_server_that_is_gone_ends_all_of_them() -> None:
    def make(found: Input) -> Generator[MakeEvent, None, None]:
        yield Working()
        raise ServerUnreachable("gone")

    with pytest.raises(ServerUnreachable):
        list(make_all(INPUTS, make, 1))
