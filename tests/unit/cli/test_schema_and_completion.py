"""`docmind schema` and `docmind completion`: what other programs read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import jsonschema
import pytest

from docmind.export.schema import RECORDS
from tests.unit.cli.conftest import Command


def test_without_a_name_the_records_are_listed(docmind: Command) -> None:
    assert docmind("schema").stdout.split() == list(RECORDS)
    assert json.loads(docmind("schema", "--json").stdout) == list(RECORDS)


@pytest.mark.parametrize("name", RECORDS)
def test_each_schema_is_printed_as_json(docmind: Command, name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(docmind("schema", name).stdout))


def test_an_unknown_record_names_those_there_are(docmind: Command) -> None:
    result = docmind("schema", "anwser")

    assert result.exit_code == 2
    assert "answer" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_completion_script_for_each_shell(docmind: Command, shell: str) -> None:
    script = docmind("completion", shell).stdout

    assert "_DOCMIND_COMPLETE" in script
    assert json.loads(docmind("completion", shell, "--json").stdout)["script"] == script


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_script_for_bash_is_one(docmind: Command) -> None:
    script = docmind("completion", "bash").stdout

    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("docmind se", "plain,search", id="command"),
        pytest.param("docmind ask --ret", "plain,--retrieval", id="flag"),
        pytest.param("docmind ask --ocr f", "plain,force", id="choice"),
        pytest.param("docmind contr", "file,contr", id="path in the place of a command"),
    ],
)
def test_words_are_completed(typed: str, expected: str) -> None:
    environment = os.environ | {
        "_DOCMIND_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "docmind"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert expected in done.stdout.splitlines()
