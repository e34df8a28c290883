"""`docmind sessions` and `docmind export`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.model import Outcome, SessionDocument
from docmind.sessions import Sessions
from tests.unit.cli.conftest import Command
from tests.unit.export.made import answer, document


@pytest.fixture
def kept(home: Path) -> str:
    """A session with one question; its id."""
    with Sessions(home / "sessions.sqlite") as sessions:
        session = sessions.begin([SessionDocument("contract.pdf", "ab" * 32, "/contract.pdf")])
        sessions.ask(session, "Who may terminate?")
        (turn,) = sessions.find(session).turns
        turn = replace(turn, outcome=Outcome.DONE, answer=answer(document()))
        sessions.keep(session, turn)
    return session


def test_sessions_are_listed_with_their_last_question(docmind: Command, kept: str) -> None:
    listed = docmind("sessions").stdout

    assert listed.startswith(kept)
    assert listed.endswith("1 question  contract.pdf: Who may terminate?\n")


def test_sessions_are_found_by_words(docmind: Command, kept: str) -> None:
    found = json.loads(docmind("sessions", "TERMINATE", "--json").stdout)

    assert [each["id"] for each in found["sessions"]] == [kept]
    assert docmind("sessions", "rent").stdout == "No session mentions this.\n"


def test_with_nothing_asked_the_next_command_is_named(docmind: Command) -> None:
    listed = docmind("sessions").stdout
    assert listed == "Nothing has been asked in docmind open yet. Try: docmind open FILE\n"
    result = docmind("export", "last")
    assert result.exit_code == 2
    assert "docmind open FILE" in result.stderr


def test_a_session_can_be_forgotten(docmind: Command, kept: str) -> None:
    said = docmind("sessions", "--forget", kept[:12]).stdout

    assert said == f"Session {kept} with 1 question is forgotten.\n"
    assert docmind("export", kept).exit_code == 2


def test_what_was_forgotten_is_told_as_a_record_too(docmind: Command, kept: str) -> None:
    record = json.loads(docmind("sessions", "--forget", kept, "--json").stdout)

    assert record["schema"] == "docmind.sessions/1"
    assert [(each["id"], each["questions"]) for each in record["sessions"]] == [(kept, 1)]
    assert json.loads(docmind("sessions", "--json").stdout)["sessions"] == []


def test_a_session_is_exported_as_markdown_and_json(docmind: Command, kept: str) -> None:
    assert "[^1-1]: contract.pdf, page 1" in docmind("export", "last").stdout
    record = json.loads(docmind("export", kept, "--json").stdout)
    assert record["schema"] == "docmind.session/1"
    assert record["turns"][0]["answer"]["citations"][0]["quote"] == "terminate on notice."


@pytest.mark.parametrize(("name", "begins"), [("a.json", "{"), ("a.md", "# "), ("a", "# ")])
def test_the_name_of_the_file_decides_about_the_format(
    docmind: Command, kept: str, tmp_path: Path, name: str, begins: str
) -> None:
    assert docmind("export", kept, "-o", tmp_path / "new" / name).stdout == ""
    assert (tmp_path / "new" / name).read_text().startswith(begins)


def test_a_file_that_cannot_be_written_is_an_error_in_words(
    docmind: Command, kept: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    result = docmind("export", kept, "-o", tmp_path / "file" / "a.md")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_flags_that_disagree_are_refused(docmind: Command, kept: str) -> None:
    assert docmind("export", kept, "--json", "--format", "md").exit_code == 2


def test_no_form_of_an_export_replaces_a_document(
    docmind: Command, home: Path, tmp_path: Path
) -> None:
    handbook, folder = tmp_path / "handbook.md", tmp_path / "papers"
    folder.mkdir()
    member, data = folder / "terms.md", folder / "answers.json"
    for each in (handbook, member, data):
        each.write_text("mine")
    with Sessions(home / "sessions.sqlite") as sessions:
        opened = SessionDocument("handbook.md", "ab" * 32, str(handbook))
        session = sessions.begin([opened, SessionDocument("papers", "", str(folder))])
        sessions.ask(session, "Who may terminate?")

    refused = docmind("export", "last", "-o", handbook)
    assert refused.exit_code == 2
    assert "is the document itself" in refused.stderr
    refused = docmind("export", "last", "-o", member)
    assert refused.exit_code == 2
    assert "lies in papers, which was asked" in refused.stderr
    assert (handbook.read_text(), member.read_text()) == ("mine", "mine")
    assert docmind("export", "last", "-o", data).exit_code == 0
    assert docmind("export", "last", "-o", folder / "new.md").exit_code == 0


def test_a_pdf_copy_has_what_was_cited_highlighted(
    docmind: Command, home: Path, tmp_path: Path
) -> None:
    source = tmp_path / "contract.pdf"
    source.write_bytes(Path("assets/services-agreement.pdf").read_bytes())
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    with Sessions(home / "sessions.sqlite") as sessions:
        session = sessions.begin([SessionDocument("contract.pdf", sha256, str(source))])
        sessions.ask(session, "Who may terminate?")
        (turn,) = sessions.find(session).turns
        sessions.keep(session, replace(turn, answer=answer(document())))

    assert docmind("export", "last", "--format", "pdf").exit_code == 2
    assert "the document itself" in docmind("export", "last", "-o", source).stderr
    copy = tmp_path / "copy.pdf"
    assert docmind("export", "last", "-o", copy).exit_code == 0
    assert copy.read_bytes() != source.read_bytes()
    source.write_bytes(Path("assets/two-column-paper.pdf").read_bytes())
    assert "has changed since it was asked" in docmind("export", "last", "-o", copy).stderr
    source.unlink()
    missing = docmind("export", "last", "-o", copy)
    assert missing.exit_code == 4
    assert "is not where it was" in missing.stderr
