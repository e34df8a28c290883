"""How long what passes is waited for: one deadline, longer pauses, and when the server says."""

from __future__ import annotations

import pytest

from docmind.answers.patience import OF_A_BATCH, Attempts, Patience
from docmind.errors import EngineError, ServerBusy, ServerRefused, ServerUnreachable


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def busy(retry_after_seconds: float = 0.0) -> ServerBusy:
    error = ServerBusy("busy")
    error.retry_after_seconds = retry_after_seconds
    return error


def attempts(clock: Clock, patience: Patience, chance: float = 0.0) -> Attempts:
    return Attempts(patience, clock, lambda: chance)


def test_pauses_grow_and_end_at_the_deadline() -> None:
    clock = Clock()
    waiting, pauses = attempts(clock, Patience(60.0)), []

    for failures in range(1, 7):
        pauses.append(waiting.pause(busy(), failures))
        clock.now += pauses[-1]

    assert pauses == [1, 2, 4, 8, 16, 29]
    with pytest.raises(ServerBusy):
        waiting.pause(busy(), 7)


def test_requests_that_wait_at_the_same_time_have_one_deadline_and_an_answer_moves_it() -> None:
    clock = Clock()
    waiting = attempts(clock, Patience(60.0))
    waiting.pause(busy(), 1)
    clock.now += 50
    assert waiting.pause(busy(), 6) == 10

    waiting.answered()
    clock.now += 50
    assert waiting.pause(busy(), 6) == 30


def test_what_is_being_written_moves_the_deadline_but_not_of_what_broke_off_itself() -> None:
    clock = Clock()
    waiting = attempts(clock, Patience(60.0))
    waiting.pause(busy(), 1)
    waiting.pause(busy(), 1, broke_off=True)
    clock.now += 50
    waiting.writes()
    clock.now += 50

    assert waiting.pause(busy(), 6) == 30
    with pytest.raises(ServerBusy):
        waiting.pause(busy(), 6, broke_off=True)
    waiting.answered()
    assert waiting.pause(busy(), 6, broke_off=True) == 30


def test_who_waits_comes_back_at_different_times() -> None:
    assert [
        attempts(Clock(), Patience(60.0), chance).pause(busy(), 3) for chance in (0.0, 0.5, 1.0)
    ] == [4, 3, 2]


def test_a_server_that_says_when_is_not_asked_sooner_and_not_waited_for_beyond_the_deadline() -> (
    None
):
    waiting = attempts(Clock(), Patience(60.0))

    assert waiting.pause(busy(17), 1) == 17
    assert waiting.pause(busy(0.5), 1) == 1
    with pytest.raises(ServerBusy):
        waiting.pause(busy(61), 1)


@pytest.mark.parametrize(
    ("error", "patience", "passes"),
    [
        (ServerRefused("too long"), OF_A_BATCH, False),
        (ServerUnreachable("gone"), Patience(), False),
        (ServerUnreachable("gone"), OF_A_BATCH, True),
    ],
)
def test_only_what_passes_is_waited_for(
    error: EngineError, patience: Patience, *, passes: bool
) -> None:
    waiting = attempts(Clock(), patience)
    if passes:
        assert waiting.pause(error, 1) == 1
    else:
        with pytest.raises(type(error)):
            waiting.pause(error, 1)
