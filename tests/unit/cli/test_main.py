"""Which command is meant by what was typed."""

from __future__ import annotations

import click
import pytest

from docmind import __version__
from docmind.cli.main import COMMANDS, main
from tests.unit.cli.conftest import Command


def test_without_a_word_the_help_is_shown(docmind: Command) -> None:
    result = docmind()

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: docmind")


def test_help_has_every_command_and_the_two_short_flags(docmind: Command) -> None:
    result = docmind("-h")

    assert result.exit_code == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in result.stdout] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_line_of_a_command_is_its_own(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(limit=200).rstrip(".") == COMMANDS[name].rstrip(".")


def test_the_version_is_the_packages(docmind: Command) -> None:
    assert docmind("--version").stdout == f"docmind {__version__}\n"


def test_a_mistyped_command_names_the_nearest(docmind: Command) -> None:
    result = docmind("serach", "notice", "contract.md")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "docmind: There is no command or file 'serach'. Did you mean 'search'?\n"
        "  Try: docmind --help\n"
    )


def test_a_path_in_the_place_of_a_command_is_opened(docmind: Command, contract: str) -> None:
    result = docmind(contract)

    assert result.exit_code == 2
    assert "docmind open needs a terminal" in result.stderr


@pytest.mark.parametrize("word", ["report.pdf", "./report", "~/report", "papers/report"])
def test_a_word_that_looks_like_a_path_is_one(docmind: Command, word: str) -> None:
    assert "needs a terminal" in docmind(word).stderr


def test_flags_may_stand_before_the_command(docmind: Command, contract: str) -> None:
    result = docmind("--json", "--ocr", "off", "show", contract)

    assert result.exit_code == 0
    assert '"docmind.show/1"' in result.stdout


def test_flags_before_a_path_are_those_of_open(docmind: Command, contract: str) -> None:
    assert "needs a terminal" in docmind("--ocr", "off", contract).stderr
    assert "has no JSON" in docmind("--json", contract).stderr


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["ask", "--nonsense", "x"], id="unknown flag"),
        pytest.param(["show"], id="missing argument"),
        pytest.param(["show", "--page", "0", "x"], id="value out of range"),
    ],
)
def test_a_usage_error_is_one_line_with_a_hint(docmind: Command, words: list[str]) -> None:
    result = docmind(*words)
    message, hint = result.stderr.splitlines()

    assert result.exit_code == 2
    assert message.startswith("docmind: ")
    assert hint == f"  Try: docmind {words[0]} --help"
