"""`docmind ask`: what is printed, where, and how the program ends."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from docmind.answers.question import MAX_QUESTION_CHARACTERS
from docmind.export.schema import schema_of
from tests.unit.cli.conftest import Command

QUESTION = "What is the monthly fee?"


def test_an_answer_in_a_pipe_is_markdown_with_its_sources(docmind: Command, contract: str) -> None:
    result = docmind("ask", QUESTION, contract)

    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith("The monthly fee is EUR 4,500")
    assert "## Sources\n\n1. contract.md, line 13 (exact)\n" in result.stdout


def test_json_is_one_record_that_obeys_its_schema(docmind: Command, contract: str) -> None:
    record = json.loads(docmind("ask", "--json", QUESTION, contract).stdout)

    jsonschema.validate(record, schema_of("answer"))
    assert record["found"] is True
    citation = record["citations"][0]
    text = Path(contract).read_text(encoding="utf-8")
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert record["failed"] == []


@pytest.mark.usefixtures("hashed_words")
def test_what_the_document_does_not_say_is_not_found_and_no_failure(
    docmind: Command, contract: str
) -> None:
    result = docmind("ask", "--json", "Which zoo keeps the penguins?", contract)
    record = json.loads(result.stdout)

    assert result.exit_code == 0
    assert record["found"] is False
    assert record["citations"] == []


def test_events_are_streamed_a_line_each_and_end_with_the_answer(
    docmind: Command, contract: str
) -> None:
    result = docmind("ask", "--jsonl", QUESTION, contract)
    events = [json.loads(line) for line in result.stdout.splitlines()]

    for event in events:
        jsonschema.validate(event, schema_of("event"))
    assert [event["event"] for event in events] == ["searching", "claim", "answer"]
    assert events[-1]["record"]["found"] is True


def test_a_dash_reads_the_question_from_stdin(docmind: Command, contract: str) -> None:
    result = docmind("ask", "-", contract, typed=f"{QUESTION}\n")

    assert "EUR 4,500" in result.stdout


def test_a_file_of_questions_gives_one_record_a_line(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text(f"{QUESTION}\n\n  \nWho may terminate?\n", encoding="utf-8")

    result = docmind("ask", "--retrieval", "lexical", "--questions", questions, contract)
    records = [json.loads(line) for line in result.stdout.splitlines()]

    assert [record["question"] for record in records] == [QUESTION, "Who may terminate?"]
    assert all(record["schema"] == "docmind.answer/1" for record in records)


def test_a_folder_is_read_and_its_files_are_named_below_it(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    record = json.loads(docmind("ask", "--json", QUESTION, tmp_path).stdout)

    assert record["citations"][0]["document"] == contract


def test_what_a_folder_holds_and_cannot_be_read_is_a_failure_too(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "empty.txt").write_text("")

    result = docmind("ask", "--json", QUESTION, ".")

    assert result.exit_code == 1
    failed = json.loads(result.stdout)["failed"]
    assert [each["document"] for each in failed] == ["drafts/empty.txt"]
    assert "empty.txt is empty" in result.stderr


def test_one_failed_input_of_several_is_named_and_does_not_stop_the_others(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_text("")

    result = docmind("ask", "--json", QUESTION, contract, "empty.txt", "missing.pdf")
    record = json.loads(result.stdout)

    assert result.exit_code == 1
    assert record["found"] is True
    assert [failure["document"] for failure in record["failed"]] == ["empty.txt", "missing.pdf"]
    assert "empty.txt is empty" in record["failed"][0]["error"]
    assert "empty.txt is empty" in result.stderr
    assert "missing.pdf" in result.stderr


def test_a_single_unreadable_input_ends_with_its_error(docmind: Command, contract: str) -> None:
    result = docmind("ask", "--json", QUESTION, "contarct.md")

    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr == (
        "docmind: There is no file contarct.md.\n  Did you mean contract.md?\n"
    )


def test_when_no_input_can_be_read_each_is_named(docmind: Command, contract: str) -> None:
    result = docmind("ask", QUESTION, "one.pdf", "two.pdf")

    assert result.exit_code == 4
    assert result.stderr.count("docmind: There is no file") == 2
    assert "None of the 2 inputs can be read." in result.stderr


def test_a_document_without_text_is_an_input_error(docmind: Command, tmp_path: Path) -> None:
    blank = tmp_path / "blank.txt"
    blank.write_text(" \n\n ", encoding="utf-8")

    result = docmind("ask", QUESTION, blank)

    assert result.exit_code == 4
    assert "blank.txt" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param([], "There is no question.", id="nothing"),
        pytest.param(["", "contract.md"], "The question is empty.", id="empty"),
        pytest.param([" \n", "contract.md"], "The question is empty.", id="blank"),
        pytest.param([QUESTION], "There is no file or folder to read.", id="no path"),
        pytest.param(["x" * 100_000, "contract.md"], "has 100,000 characters; 8,000", id="long"),
        pytest.param(["contract.md", QUESTION], "the question comes first", id="wrong order"),
        pytest.param(["--pages", "9-3", QUESTION, "contract.md"], "no range", id="pages"),
        pytest.param(["--pages", "7", QUESTION, "contract.md"], "no page 7", id="beyond"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_hint(
    docmind: Command, contract: str, words: list[str], message: str
) -> None:
    result = docmind("ask", *words)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_a_bad_line_among_many_questions_is_named_before_anything_is_read(
    docmind: Command, tmp_path: Path
) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text("What?\n" + "x" * 9_000 + "\n", encoding="utf-8")

    result = docmind("ask", "--questions", questions, "missing.pdf")

    assert result.exit_code == 2
    assert "questions.txt, line 2: the question has 9,000 characters" in result.stderr


@pytest.mark.parametrize("question", ["\udcff roof", "roof \ud800?"])
def test_a_question_that_is_not_utf8_is_refused(
    docmind: Command, contract: str, question: str
) -> None:
    result = docmind("ask", "--json", question, contract)

    assert result.exit_code == 2
    assert "not UTF-8" in result.stderr


def test_an_input_whose_name_is_not_utf8_is_named_and_the_others_are_read(
    docmind: Command, contract: str
) -> None:
    name = "caf\udce9.md"
    Path(name).write_text("The fee.", encoding="utf-8")

    result = docmind("ask", "--json", QUESTION, name, contract)

    assert result.exit_code == 1
    assert [each["document"] for each in json.loads(result.stdout)["failed"]] == ["caf\ufffd.md"]


def test_pages_without_an_end_reach_to_the_last_one(docmind: Command, contract: str) -> None:
    record = json.loads(docmind("ask", "--json", "--pages", "1-", QUESTION, contract).stdout)

    assert record["warnings"] == ["Only page 1 was searched."]


def test_a_question_on_stdin_is_utf8_or_an_error_that_says_what_to_do(
    docmind: Command, contract: str
) -> None:
    with_mark = docmind("ask", "--json", "-", contract, typed="\ufeffWhat is the monthly fee?")
    assert json.loads(with_mark.stdout)["question"] == "What is the monthly fee?"
    result = docmind("ask", "-", contract, typed="Où est le prix ?".encode("latin-1"))
    assert result.exit_code == 2
    assert "The question on stdin is not UTF-8." in result.stderr
    assert "iconv" in result.stderr


@pytest.mark.parametrize(
    ("content", "exit_code", "message"),
    [
        pytest.param(None, 4, "cannot be read", id="missing"),
        pytest.param(b"\xff\xfe", 2, "not UTF-8", id="encoding"),
        pytest.param(b"\n \n", 2, "There is no question in", id="empty"),
    ],
)
def test_a_file_of_questions_that_is_no_use_is_named(
    docmind: Command,
    contract: str,
    tmp_path: Path,
    content: bytes | None,
    exit_code: int,
    message: str,
) -> None:
    questions = tmp_path / "questions.txt"
    if content is not None:
        questions.write_bytes(content)

    result = docmind("ask", "--questions", questions, contract)

    assert result.exit_code == exit_code
    assert message in result.stderr


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        pytest.param(["--engine", "vllm"], "docmind serve", id="engine"),
        pytest.param(["--base-url", "http://localhost:9/v1"], "Nothing answers at", id="url"),
        pytest.param(["--model", "Qwen"], "--model needs a language model", id="model"),
        pytest.param(["--mode", "whole"], "--mode whole needs", id="whole"),
        pytest.param(["--mode", "every-part"], "--mode every-part needs", id="every part"),
        pytest.param(["--require-whole"], "--require-whole needs", id="require whole"),
    ],
)
def test_what_needs_an_engine_that_is_not_there_is_refused_with_the_reason(
    docmind: Command, contract: str, flags: list[str], words: str
) -> None:
    result = docmind("ask", *flags, QUESTION, contract)

    assert result.exit_code == 3
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        pytest.param(["--engine", "extractve"], "no engine called 'extractve'", id="mistyped"),
        pytest.param(["--engine", "openai"], "needs the address of a server", id="no address"),
        pytest.param(["--base-url", "localhost:8000"], "no address of a server", id="address"),
    ],
)
def test_an_engine_that_makes_no_sense_is_a_usage_error(
    docmind: Command, contract: str, flags: list[str], words: str
) -> None:
    result = docmind("ask", *flags, QUESTION, contract)

    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize("flags", [[], ["--engine", "extractive"], ["--mode", "retrieve"]])
def test_the_extractive_engine_answers_where_it_is_what_was_asked_for(
    docmind: Command, contract: str, flags: list[str]
) -> None:
    result = docmind("ask", "--json", *flags, QUESTION, contract)

    assert json.loads(result.stdout)["engine"] == {"name": "extractive", "model": None}


def test_flags_that_shape_a_models_words_are_a_warning_in_the_record(
    docmind: Command, contract: str
) -> None:
    flags = ["--temperature", "0.2", "--top-p", "0.9", "--max-output", "10", "-k", "3"]
    record = json.loads(docmind("ask", "--json", *flags, QUESTION, contract).stdout)

    assert [warning.split()[0] for warning in record["warnings"]] == [
        "--temperature", "--top-p", "--max-output", "-k",
    ]  # fmt: skip


def test_a_setting_that_cannot_be_used_is_a_configuration_error(
    docmind: Command, contract: str, home: Path
) -> None:
    (home / "config.toml").write_text("[answers]\nmax_claim = 2\n", encoding="utf-8")

    result = docmind("ask", QUESTION, contract)

    assert result.exit_code == 2
    assert "answers.max_claim" in result.stderr
    assert "Did you mean max_claims?" in result.stderr


def test_the_users_file_is_not_written_to(docmind: Command, contract: str) -> None:
    before = Path(contract).stat()

    docmind("ask", QUESTION, contract)

    after = Path(contract).stat()
    assert (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    assert [path.name for path in Path().iterdir()] == [contract]


def test_with_a_home_that_cannot_be_written_the_answer_says_so(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")

    result = docmind("ask", "--json", "--home", tmp_path / "file", QUESTION, contract)
    record = json.loads(result.stdout)

    assert record["found"] is True
    assert any("will be read anew" in warning for warning in record["warnings"])


def test_the_help_tells_the_limit_of_a_question(docmind: Command) -> None:
    help_text = " ".join(docmind("ask", "--help").stdout.split())

    assert f"A question has at most {MAX_QUESTION_CHARACTERS:,} characters." in help_text
