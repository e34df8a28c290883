"""What is said on stderr, and the exit code that goes with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import click
import pytest

from docmind.cli.diagnostics import Talk, exit_code_of
from docmind.cli.progress import progress, spinner
from docmind.errors import DoesNotFit, EngineError, ExitCode, MissingInput, UsageError


def raising(error: BaseException) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(UsageError("x"), 2, id="usage"),
        pytest.param(EngineError("x"), 3, id="engine"),
        pytest.param(MissingInput("x"), 4, id="input"),
        pytest.param(DoesNotFit("x"), 5, id="does not fit"),
        pytest.param(click.UsageError("x"), 2, id="click"),
        pytest.param(KeyboardInterrupt(), 130, id="interrupted"),
        pytest.param(click.Abort(), 130, id="aborted"),
        pytest.param(ValueError("x"), 70, id="bug"),
    ],
)
def test_every_way_to_fail_has_its_exit_code(error: BaseException, code: int) -> None:
    assert exit_code_of(raising(error), Talk()) == code


@pytest.mark.parametrize("result", [None, ExitCode.SOME_FAILED, 0])
def test_work_that_ends_well_decides_its_own_exit_code(result: int | None) -> None:
    assert exit_code_of(lambda: result, Talk()) == (result or 0)


def test_an_error_is_a_line_with_a_hint_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(raising(MissingInput("There is no file x.", "Check the path.")), Talk())

    assert capsys.readouterr().err == "docmind: There is no file x.\n  Check the path.\n"


def test_a_name_cannot_write_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(raising(MissingInput("There is no file \x1b[2J\n\nx.", "\x07")), Talk())

    assert capsys.readouterr().err == "docmind: There is no file \u241b[2J x.\n  \u2407\n"


def test_verbose_adds_the_cause(capsys: pytest.CaptureFixture[str]) -> None:
    error = MissingInput("There is no file x.")
    error.__cause__ = FileNotFoundError("x")
    talk = Talk()
    talk.verbose = True

    exit_code_of(raising(error), talk)

    assert "  caused by FileNotFoundError: x\n" in capsys.readouterr().err


def test_an_interruption_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code_of(raising(KeyboardInterrupt()), Talk())

    assert capsys.readouterr().err == ""


def test_a_bug_is_one_line_and_its_traceback_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    talk = Talk()
    talk.home = tmp_path

    exit_code_of(raising(ValueError("broken")), talk)

    lines = capsys.readouterr().err.splitlines()
    report = next((tmp_path / "log").iterdir())
    assert lines[0] == "docmind: unexpected ValueError: broken"
    assert "report it" in lines[1]
    assert str(report) in lines[1]
    assert "Traceback" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("verbose", [True, False])
def test_a_traceback_that_is_wanted_or_cannot_be_kept_is_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, *, verbose: bool
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    talk = Talk()
    talk.verbose = verbose
    talk.home = tmp_path if verbose else tmp_path / "file"

    exit_code_of(raising(ValueError("broken")), talk)

    assert "Traceback" in capsys.readouterr().err
    assert not (tmp_path / "log").exists()


def test_quiet_leaves_errors_and_drops_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    talk = Talk()
    talk.quiet = True

    talk.warning("careful")
    talk.error("broken")

    assert capsys.readouterr().err == "docmind: broken\n"


def test_progress_is_silent_where_stderr_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress(Talk()) as step, spinner(Talk(), "waiting"):
        step("Reading", 1, 2)

    assert capsys.readouterr().err == ""


class Terminal(StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_says_what_is_read_and_how_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())

    with progress(Talk(), patience_seconds=0) as step:
        step("Reading \x1b[2Jreport.pdf", 3, 10)
    with spinner(Talk(), "Waiting"):
        pass

    shown = terminal.getvalue()
    assert "report.pdf 3 of 10 pages" in shown
    assert "\x1b[2J" not in shown
    assert "Waiting" in shown


def test_a_short_wait_and_a_quiet_run_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    quiet = Talk()
    quiet.quiet = True

    with progress(Talk(), patience_seconds=3600) as step:
        step("Reading", 1, 2)
    with progress(quiet, patience_seconds=0) as step, spinner(quiet, "Waiting"):
        step("Reading", 1, 2)

    assert terminal.getvalue() == ""
