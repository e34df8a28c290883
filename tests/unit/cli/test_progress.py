"""A run that takes long says so, also where no line can move."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmind.cli import progress
from docmind.cli.diagnostics import Talk
from tests.unit.cli.conftest import Command
from tests.waiting import until

QUESTION = "What is the monthly fee?"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run takes too long."""
    monkeypatch.setattr(progress, "SPEAKS_AFTER_SECONDS", 0.0)


@pytest.mark.usefixtures("hurried")
def test_an_answer_in_a_pipe_that_takes_long_says_once_what_it_is_doing(
    docmind: Command, contract: str
) -> None:
    result = docmind("ask", "--retrieval", "lexical", QUESTION, contract)

    assert result.stderr == "docmind: Reading contract.md (1/1)\n"
    assert "EUR 4,500" in result.stdout
    assert docmind("ask", "-q", "--retrieval", "lexical", QUESTION, contract).stderr == ""


@pytest.mark.usefixtures("hurried")
def test_files_that_are_added_in_a_pipe_are_told_in_lines(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docmind.cli.library._LINE_SECONDS", 0.0)
    words = ("add", "--retrieval", "lexical", contract)

    assert "docmind: contract.md is in the library\n" in docmind(*words).stderr
    Path(contract).write_text("Another text.", encoding="utf-8")
    assert docmind(*words, "-q").stderr == ""


def test_a_line_is_said_again_only_after_a_while(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "SPEAKS_AFTER_SECONDS", 0.0)
    talk = Talk()
    with progress.progress(talk, speaks=True, every_seconds=600) as step:
        step("Reading a.pdf", 3, 9)
        step("Reading b.pdf", 0, 0)

    assert capsys.readouterr().err == "docmind: Reading a.pdf 3 of 9 pages\n"


def test_what_blocks_speaks_from_a_thread_and_only_if_it_lasts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = Talk()
    with progress.spinner(talk, "Waiting for the vectors"):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "SPEAKS_AFTER_SECONDS", 0.0)
    with progress.spinner(talk, "Waiting for the vectors"):
        until(lambda: talk.spoke_at)
    assert capsys.readouterr().err == "docmind: Waiting for the vectors\n"
