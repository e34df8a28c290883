"""The program as a person meets it: in a terminal, typed at, resized, killed.

tmux is the terminal: it keeps the screen as text, and knows whether the alternate screen and the
mouse reports were turned off again.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.fake_server import FakeServer
from tests.terminal import PATIENCE_SECONDS, ROOT, Terminal
from tests.waiting import until

SAMPLE = ROOT / "assets" / "services-agreement.pdf"

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


def docmind_open(*paths: Path) -> str:
    """The command, without the dense arm: what it does is not of this test."""
    words = [sys.executable, "-m", "docmind", "open", "--retrieval", "lexical", *map(str, paths)]
    return shlex.join(words)


def test_a_person_asks_checks_the_passage_goes_back_and_quits(terminal: Terminal) -> None:
    terminal.start(docmind_open(SAMPLE))
    terminal.wait_for(r"Northmoor Logistics plc[\s\S]*12,\d\d\d tokens")
    terminal.type("How can the agreement be terminated?", "Enter")
    terminal.wait_for(r"more lines · \d citations: tab, then 1-\d")
    terminal.type("Tab", "1")
    terminal.wait_for(r" 1▌ [\s\S]*page 1\d of 29")
    terminal.type("BSpace")
    terminal.wait_for(r"▍ How can the agreement be terminated\?")
    terminal.type("F2")
    terminal.wait_for(r"page 1 of 29 \(printed i\)")
    terminal.type("C-q")
    terminal.wait_for("exit=0")
    assert terminal.state("alternate_on") == "0"


def test_a_conversation_is_exported_as_what_the_name_of_the_file_says(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.start(docmind_open(SAMPLE))
    terminal.wait_for("12,\\d\\d\\d tokens")
    terminal.type("How can the agreement be terminated?", "Enter")
    terminal.wait_for(r"more lines · \d citations: tab, then 1-\d")
    written = {}
    for suffix in ("md", "json", "html", "pdf"):
        terminal.type("C-s")
        terminal.wait_for(r"services-agreement\.md")
        target = tmp_path / f"talk.{suffix}"
        terminal.type("C-u", str(target), "Enter")
        terminal.wait_for("Written: ")
        until(target.is_file)
        written[suffix] = target.read_bytes()
    assert b"## 1. How can the agreement be terminated?" in written["md"]
    assert json.loads(written["json"])["schema"] == "docmind.session/1"
    assert written["html"].startswith(b"<!doctype html>")
    assert written["pdf"].startswith(b"%PDF-")
    assert written["pdf"] != SAMPLE.read_bytes()


def test_what_can_be_read_is_opened_and_what_is_missing_is_in_the_exit_code(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.start(docmind_open(SAMPLE, tmp_path / "missing.pdf"))
    terminal.wait_for("Northmoor Logistics plc")
    terminal.type("C-q")
    assert "There is no file" in terminal.wait_for("exit=1")


def test_both_panes_appear_when_the_terminal_is_made_wide(terminal: Terminal) -> None:
    terminal.start(docmind_open(SAMPLE))
    terminal.wait_for("12,\\d\\d\\d tokens")
    terminal.type("What is the notice period?", "Enter")
    shown = terminal.wait_for(r"\[1\] p\.")
    assert "Northmoor Logistics plc" not in shown
    terminal.resize(160, 45)
    shown = terminal.wait_for("Northmoor Logistics plc")
    assert "[1] p." in shown
    terminal.resize(80, 24)
    terminal.wait_for(r"▍ What is the notice period\?")


def test_what_was_asked_comes_back_after_the_program_was_killed(terminal: Terminal) -> None:
    terminal.start("bash --norc -i", 120, 30)
    terminal.type(docmind_open(SAMPLE), "Enter")
    terminal.wait_for("12,\\d\\d\\d tokens")
    terminal.resize(80, 24)  # before the question, so that it is long done when keys are pressed
    terminal.type("What is the notice period?", "Enter")
    terminal.wait_for(r"\[1\] p\.")
    terminal.type("Tab", "1")
    terminal.wait_for(r" 1▌ ")
    (program,) = psutil.Process(terminal.program()).children()
    program.kill()
    terminal.wait_for("Killed")
    terminal.type("reset", "Enter")
    terminal.type(docmind_open(SAMPLE), "Enter")
    terminal.wait_for(r"What is the notice period\?[\s\S]*Asked before")
    terminal.type("Tab", "1")
    terminal.wait_for(r" 1▌ ")
    terminal.type("C-q")


def test_the_outline_leads_to_a_section_and_a_mark_back(terminal: Terminal) -> None:
    terminal.start(docmind_open(SAMPLE))
    terminal.wait_for("12,\\d\\d\\d tokens")
    terminal.type("F2", "m", "a", "t")
    terminal.wait_for(r"›1\. Definitions")
    terminal.type("j", "j", "j", "Enter")
    terminal.wait_for(r"(?m)^    4\. Statements of Work")
    terminal.type("'", "a")
    terminal.wait_for("Northmoor Logistics plc")
    terminal.type("v")
    terminal.wait_for("This terminal shows no pictures")
    terminal.type("C-q")
    terminal.wait_for("exit=0")


def test_an_answer_that_is_being_written_is_stopped_and_the_server_with_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    fees = tmp_path / "fees.md"
    fees.write_text("# Fees\n\nThe fee is EUR 4,500 a month, due within thirty days.\n")
    with FakeServer() as server:

        def hold_after_eur(data: str) -> bytes:
            if "EUR" in data:
                server.speak.clear()
            return f"data: {data}\n\n".encode()

        server.behaviour.writes = hold_after_eur
        terminal.start(f"{docmind_open(fees)} --base-url {server.base_url}")
        terminal.wait_for("ready: Qwen2.5-7B-Instruct")
        terminal.type("What is the fee?", "Enter")
        terminal.wait_for(r"The fee is EUR\n[\s\S]*esc stops")
        assert server.running == 1
        terminal.type("Escape")
        terminal.wait_for("stopped; what had come is kept")
        until(lambda: server.running == 0)
        terminal.type("C-q")
        terminal.wait_for("exit=0")


def test_a_crash_gives_the_terminal_back_and_is_reported_as_a_bug(terminal: Terminal) -> None:
    crashing = (
        "import runpy, sys\n"
        "from docmind.tui.screens.reading import ReadingScreen\n"
        "def fail(self): raise ZeroDivisionError('on purpose')\n"
        "ReadingScreen.action_help = fail\n"
        "runpy.run_module('docmind', run_name='__main__', alter_sys=True)\n"
    )
    words = [sys.executable, "-c", crashing, "open", "--retrieval", "lexical", str(SAMPLE)]
    terminal.start(f"{shlex.join(words)}; echo code=$?; stty -a")
    terminal.wait_for("12,\\d\\d\\d tokens")
    terminal.type("F1")
    screen = terminal.wait_for(r"code=70[\s\S]*exit=0")
    assert "unexpected ZeroDivisionError: on purpose" in screen
    assert {"icanon", "echo", "isig", "icrnl", "opost"} <= set(screen.replace(";", " ").split())
    assert [terminal.state(each) for each in ("alternate_on", "mouse_any_flag")] == ["0", "0"]
    assert terminal.state("cursor_flag") == "1"


def test_a_question_that_waits_can_be_taken_back(terminal: Terminal, tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text("The fee is due within thirty days of the invoice.\n" * 400_000)
    terminal.start(docmind_open(long))
    terminal.wait_for("❯ Ask long.txt")
    terminal.type("When is the fee due?", "Enter")
    terminal.wait_for("waits until long.txt has been read")
    terminal.type("Escape")
    terminal.wait_for("stopped")
    terminal.type("C-q")
    terminal.wait_for("exit=0")


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)],
    ids=["TERM", "INT", "HUP"],
)
def test_a_signal_gives_the_terminal_back(
    terminal: Terminal, number: signal.Signals, code: int
) -> None:
    terminal.start(docmind_open(SAMPLE))
    terminal.wait_for("12,\\d\\d\\d tokens")
    assert terminal.state("alternate_on") == "1"
    os.kill(terminal.program(), number)
    terminal.wait_for(f"exit={code}")
    assert terminal.state("alternate_on") == "0"
    assert terminal.state("mouse_any_flag") == "0"
    assert terminal.state("cursor_flag") == "1"


def test_a_terminal_that_is_closed_takes_the_program_with_it(terminal: Terminal) -> None:
    terminal.start(docmind_open(SAMPLE))
    terminal.wait_for("12,\\d\\d\\d tokens")
    program = terminal.program()
    terminal.close()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Path(f"/proc/{program}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)  # between two looks
    assert not Path(f"/proc/{program}").exists()


def test_it_can_be_suspended_and_brought_back(terminal: Terminal) -> None:
    terminal.start("bash --norc -i")
    terminal.type(docmind_open(SAMPLE), "Enter")
    terminal.wait_for("12,\\d\\d\\d tokens")
    terminal.type("Tab", "C-z")
    terminal.wait_for("Stopped")
    assert terminal.state("alternate_on") == "0"
    terminal.type("fg", "Enter")
    terminal.wait_for("Northmoor Logistics plc")
    terminal.type("C-q")
    terminal.wait_for(r"[$#]\s*$")
