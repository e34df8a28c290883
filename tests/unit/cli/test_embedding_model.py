"""An embedding model that is set, from the command line: absent, it is told and done without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docmind.cli import doctor
from docmind.export.doctor_records import Severity
from docmind.workspace import Workspace
from tests.fakes import FakeEmbedder
from tests.unit.cli.conftest import Command

ABSENT = "some/model-that-is-not-here"


@pytest.fixture(autouse=True)
def set_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCMIND_RETRIEVAL_EMBEDDING_MODEL", ABSENT)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))


def test_a_search_that_waits_for_it_says_that_words_alone_rank(
    docmind: Command, contract: str, tmp_path: Path
) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("monthly fee\n", encoding="utf-8")
    record = json.loads(docmind("search", "--questions", queries, contract).stdout)

    assert "EUR 4,500" in record["passages"][0]["text"]
    (warning,) = record["warnings"]
    assert warning.startswith(f"Words alone rank. The embedding model {ABSENT} is not on this")


def test_who_insists_on_vectors_gets_the_error(docmind: Command, contract: str) -> None:
    result = docmind("search", "--retrieval", "hybrid", "fee", contract)

    assert result.exit_code == 3
    assert f"The embedding model {ABSENT} is not on this machine" in result.stderr


def test_a_summary_that_insists_on_vectors_gets_the_error(docmind: Command, contract: str) -> None:
    result = docmind("summarize", "--retrieval", "hybrid", contract)

    assert result.exit_code == 3
    assert f"The embedding model {ABSENT} is not on this machine" in result.stderr
    assert "--retrieval lexical" in result.stderr


def test_an_answer_that_looked_for_meaning_says_so(docmind: Command, contract: str) -> None:
    asked = ("ask", "--json", "--engine", "extractive", "Which zoo keeps the penguins?", contract)
    warnings = json.loads(docmind(*asked).stdout)["warnings"]

    assert [each for each in warnings if each.startswith("Words alone rank.")]


def test_what_is_added_is_found_by_words(docmind: Command, contract: str) -> None:
    added = docmind("add", "--json", contract)
    record = json.loads(docmind("search", "--json", "--library", "monthly fee").stdout)

    assert added.exit_code == 0
    assert any(ABSENT in each for each in json.loads(added.stdout)["warnings"])
    assert "EUR 4,500" in record["passages"][0]["text"]


def test_a_summary_that_looked_for_meaning_is_made_anew_for_another_model(
    docmind: Command, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = FakeEmbedder()
    monkeypatch.setattr(Workspace, "_shared_embedder", lambda _: embedder)
    monkeypatch.setattr(embedder, "start", lambda: None, raising=False)

    def status(retrieval: str) -> str:
        docmind("summarize", "--retrieval", retrieval, "-o", "out", contract)
        (line,) = Path("out/manifest.jsonl").read_text(encoding="utf-8").splitlines()
        return str(json.loads(line)["status"])

    assert [status("hybrid"), status("hybrid")] == ["done", "unchanged"]
    embedder.model = "another"
    assert status("hybrid") == "done"
    assert [status("lexical"), status("lexical")] == ["done", "unchanged"]


def test_doctor_says_where_it_is_looked_for(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "modules.json").write_text("[]")

    absent = doctor._check_model(ABSENT, {"HF_HOME": str(tmp_path)})
    here = doctor._check_model(str(folder), {})

    assert (absent.severity, here.severity) == (Severity.WARN, Severity.OK)
    assert f"hf download {ABSENT}" in absent.remedy
