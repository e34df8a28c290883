"""The program as the shell sees it: signals, pipes, full disks, and terminals."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from docmind.cli.output import Output
from docmind.errors import UsageError

COMMAND = [sys.executable, "-m", "docmind"]
ROOT = Path(__file__).parents[3]
SAMPLE = str(ROOT / "assets" / "services-agreement.pdf")


@contextmanager
def waiting_program() -> Iterator[subprocess.Popen[bytes]]:
    """A run that has started for good and waits, for a question that nobody types."""
    process = subprocess.Popen(
        [*COMMAND, "ask", "-v", "-", SAMPLE],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        status = Path(f"/proc/{process.pid}/status")
        # SigCgt is the mask of caught signals: SIGTERM is caught once main() has begun.
        while not _catches(status.read_text(encoding="ascii"), signal.SIGTERM):
            os.sched_yield()
        yield process
    finally:
        process.kill()
        process.communicate()


def _catches(status: str, number: signal.Signals) -> bool:
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(mask, 16) >> (number - 1) & 1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("number", "code"),
    [pytest.param(signal.SIGINT, 130, id="int"), pytest.param(signal.SIGTERM, 143, id="term")],
)
def test_a_signal_ends_the_program_quietly(number: signal.Signals, code: int) -> None:
    with waiting_program() as process:
        process.send_signal(number)
        output, talk = process.communicate(timeout=30)

    assert process.returncode == code
    assert output == b""
    assert talk == b""


@pytest.mark.parametrize("words", [["show", SAMPLE], ["search", "--json", "notice", SAMPLE]])
def test_a_reader_that_has_seen_enough_is_no_failure(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [*COMMAND, *words], cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_stdout_is_named() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "show", SAMPLE], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 2
    assert b"stdout cannot be written: No space left on device" in done.stderr


def test_results_are_on_stdout_while_progress_is_on_a_terminal() -> None:
    terminal, name = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "search", "--json", "notice", SAMPLE],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=name,
    )
    os.close(name)
    output, _ = process.communicate(timeout=60)
    os.close(terminal)

    assert process.returncode == 0
    assert json.loads(output)["passages"]


def test_a_documents_escape_sequences_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "hostile.txt").write_text("\x1b]0;owned\x07 hello \x9b2J", encoding="utf-8")
    shown = _on_a_terminal([*COMMAND, "show", str(tmp_path / "hostile.txt")])

    assert b"hello" in shown
    assert b"\x1b" not in shown
    assert "\x9b".encode() not in shown


def test_an_answer_is_drawn_on_a_terminal_and_without_colours_where_none_are_wanted() -> None:
    words = ["ask", "--retrieval", "lexical", "Who are the parties?", SAMPLE]

    assert b"\x1b[" in _on_a_terminal([*COMMAND, *words])
    assert b";3" not in _on_a_terminal([*COMMAND, *words, "--no-color"])


def _on_a_terminal(command: list[str]) -> bytes:
    """What a command writes to a terminal."""
    terminal, name = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=name, stdout=name, stderr=subprocess.DEVNULL, env=environment
    )
    os.close(name)
    shown = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(terminal)
    assert process.wait(timeout=60) == 0
    return shown


@pytest.mark.parametrize(
    ("words", "result"),
    [
        pytest.param(["--version"], b"docmind ", id="version"),
        pytest.param(["show", "--json", SAMPLE], b'"pages"', id="show"),
        pytest.param(
            ["ask", "--engine", "extractive", "--retrieval", "lexical", "Who?", SAMPLE],
            b"Agreement",
            id="ask",
        ),
    ],
)
def test_results_are_on_stdout_where_stderr_is_closed(words: list[str], result: bytes) -> None:
    done = _with_shell("2>&-", words)

    assert done.returncode == 0
    assert result in done.stdout


def test_open_asks_for_a_terminal_where_stdin_is_closed() -> None:
    done = _with_shell("<&-", ["open", SAMPLE])

    assert done.returncode == 2
    assert b"needs a terminal" in done.stderr


def test_a_question_that_a_closed_stdin_cannot_give_is_missing() -> None:
    assert _with_shell("<&-", ["ask", "-", SAMPLE]).returncode == 2


def test_a_closed_stdout_is_named() -> None:
    done = _with_shell(">&-", ["show", SAMPLE])

    assert done.returncode == 2
    assert b"stdout is closed" in done.stderr


def _with_shell(redirection: str, words: list[str]) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a shell does that was told to close a stream."""
    script = f'exec "$@" {redirection}'
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", *COMMAND, *words],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )


def test_nothing_is_written_to_the_users_home_but_docminds_own_folder(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key[:4] != "XDG_"}
    environment |= {"HOME": str(tmp_path), "DOCMIND_HOME": str(tmp_path / "docmind")}
    lexical = ["--retrieval", "lexical"]
    for words in (
        ["doctor"],
        ["add", SAMPLE, *lexical],
        ["search", "--library", "notice", *lexical],
    ):
        done = subprocess.run(
            [*COMMAND, *words], cwd=ROOT, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr

    assert [path.name for path in tmp_path.iterdir()] == ["docmind"]


def test_a_stdout_that_cannot_take_a_character_says_which() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")

    with pytest.raises(UsageError, match=r"ascii, which cannot write '\\xe9'"):
        Output(colour=False, stream=stream).text("caf\xe9")
