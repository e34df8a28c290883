"""`docmind doctor`: every check as data, for machines that lack something."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from docmind.cli import doctor
from docmind.cli.doctor import PACKAGES, check_terminal, examine
from docmind.config import find_folders
from docmind.export.doctor_records import Check, Severity
from docmind.export.schema import schema_of
from docmind.settings import OcrMode, ReadingSettings, Settings
from tests.unit.cli.conftest import Command

ROOT = Path(__file__).parents[3]


def test_a_machine_that_runs_the_tests_is_well(docmind: Command) -> None:
    result = docmind("doctor", "--json")
    record = json.loads(result.stdout)

    jsonschema.validate(record, schema_of("doctor"))
    assert result.exit_code == 0
    assert record["ok"] is True
    assert record["engine"] == "extractive"
    assert [check["name"] for check in record["checks"]] == [
        "config", "python", "packages", "home", "library", "pymupdf", "ocr", "embedding model",
        "bf16", "gpu", "terminal", "servers", "engine",
    ]  # fmt: skip
    assert all(check["remedy"] for check in record["checks"] if check["severity"] != "ok")


def test_for_a_person_there_is_a_line_for_each_check(docmind: Command) -> None:
    lines = docmind("doctor").stdout.splitlines()

    assert any(line.startswith("ok    python") for line in lines)
    assert any(line.startswith("ok    engine") and "extractive" in line for line in lines)


def test_a_broken_configuration_is_a_failed_check_and_not_the_end(
    docmind: Command, home: Path
) -> None:
    (home / "config.toml").write_text("[readng]\n", encoding="utf-8")

    result = docmind("doctor", "--json")
    check = json.loads(result.stdout)["checks"][0]

    assert result.exit_code == 1
    assert (check["name"], check["severity"]) == ("config", "fail")
    assert "[reading]" in check["remedy"]


def test_checks_of_the_caller_come_first_and_count(home: Path) -> None:
    broken = Check("config", Severity.FAIL, "it is broken", "mend it")
    record = examine(Settings(), find_folders({}, home=home, config=None), {}, (broken,))

    assert record.checks[0] is broken
    assert record.ok is False


def test_the_packages_that_are_looked_for_are_those_that_docmind_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert list(PACKAGES) == [
        dependency.partition(">")[0].lower() for dependency in project["dependencies"]
    ]


def test_a_missing_package_fails_with_the_command_that_installs_it() -> None:
    check = doctor.check_packages(("click", "no-such-package"))

    assert check.severity is Severity.FAIL
    assert check.remedy == "python -m pip install no-such-package"


def test_an_old_python_fails() -> None:
    assert doctor.check_python((3, 10, 2)).severity is Severity.FAIL
    assert doctor.check_python((3, 13, 0)).severity is Severity.OK


def test_a_home_that_cannot_be_written_fails_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    check = doctor.check_home(find_folders({}, home=tmp_path / "file", config=None))

    assert check.severity is Severity.FAIL
    assert "--home" in check.remedy


@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param("import sys; sys.exit('no such library')", "no such library", id="import"),
        pytest.param("import os; os.abort()", "exit status", id="crash"),
    ],
)
def test_a_parser_that_does_not_run_fails_in_a_process_of_its_own(
    program: str, words: str
) -> None:
    check = doctor.check_parser([sys.executable, "-c", program])

    assert check.severity is Severity.FAIL
    assert words in check.message


def test_a_parser_whose_program_is_missing_fails() -> None:
    assert doctor.check_parser(["/no/such/python"]).severity is Severity.FAIL


def test_ocr_without_its_language_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    tessdata = Path(os.environ["DOCMIND_HOME"]) / "tessdata"
    tessdata.mkdir()
    (tessdata / "eng.traineddata").write_bytes(b"")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tessdata))

    def check(languages: str) -> Check:
        return doctor.check_ocr(Settings(reading=ReadingSettings(ocr_languages=languages)))

    assert check("eng").severity is Severity.OK
    assert check("eng+tlh").severity is Severity.WARN
    assert "tesseract-ocr-tlh" in check("eng+tlh").remedy


def test_ocr_that_is_switched_off_is_no_warning() -> None:
    settings = Settings(reading=ReadingSettings(ocr=OcrMode.OFF))

    assert doctor.check_ocr(settings).severity is Severity.OK


def test_an_embedding_model_that_is_absent_or_damaged_is_a_warning(tmp_path: Path) -> None:
    damaged = tmp_path / "model.safetensors"
    damaged.write_bytes(b"not the weights")

    assert doctor.check_embedding_model(None).severity is Severity.WARN
    check = doctor.check_embedding_model(damaged)
    assert check.severity is Severity.WARN
    assert "sha256" in check.message
    assert check.remedy


@pytest.mark.parametrize(
    ("environment", "columns", "severity", "words"),
    [
        pytest.param({"TERM": "xterm-256color"}, 80, "ok", "256 colours", id="plain"),
        pytest.param({"TERM": "xterm", "COLORTERM": "truecolor"}, 80, "ok", "16 mill", id="true"),
        pytest.param({"TERM": "xterm", "NO_COLOR": "1"}, 80, "ok", "no colours", id="none"),
        pytest.param({"TERM": "dumb"}, 80, "warn", "TERM=dumb", id="dumb"),
        pytest.param({"TERM": "xterm"}, 60, "warn", "60x24", id="narrow"),
    ],
)
def test_what_the_terminal_can_show_is_told(
    environment: dict[str, str], columns: int, severity: str, words: str
) -> None:
    check = check_terminal(environment, os.terminal_size((columns, 24)))

    assert check.severity.value == severity
    assert words in check.message


def test_without_a_terminal_there_is_nothing_to_measure() -> None:
    assert check_terminal({}, None).severity is Severity.OK
