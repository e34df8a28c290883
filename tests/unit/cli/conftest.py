"""Runs commands in this process, on small documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docmind.cli.main import main

CONTRACT = """\
# Contract

## Term

This Agreement starts on 1 January 2026 and ends after twenty-four months.

## Termination

Either party may terminate this Agreement on thirty days' written notice to the other party.

## Price

The monthly fee is EUR 4,500, payable within 14 days of the invoice.
"""

Command = Callable[..., Result]


@pytest.fixture
def docmind() -> Command:
    """Run a command as a user would type it; `typed` is what comes on stdin."""

    def command(*words: str | Path, typed: str | None = None) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words], input=typed)
        assert result.exit_code != 70, result.stderr
        return result

    return command


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Markdown file in the folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.md").write_text(CONTRACT, encoding="utf-8")
    return "contract.md"
