"""A repository is asked like a document: `docmind` as a process, on a checkout made by git."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fake_server import Behaviour, FakeServer

POLICY = '''\
"""How requests are sent again."""


class RetryPolicy:
    """Decides whether a request is tried again."""

    def decide(self, attempt, status):
        """The retry policy: only what the server may mend, and three times at most."""
        return status >= 500 and attempt < 3
'''
OTHERS = {
    "src/client.py": "class Client:\n    def send(self, url):\n        return self.get(url)\n",
    "src/pool.py": "def connect(host, port):\n    return Socket(host, port)\n",
    "src/cookies.py": "def parse_cookie(text):\n    return dict(p.split('=') for p in text)\n",
    "made/policy.py": POLICY,
    "README.md": "# Client\n\nSends what you ask it to send.\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for name, text in {**OTHERS, "src/policy.py": POLICY, ".gitignore": "made/\n"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    return folder


def docmind(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-m", "docmind", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_question_about_a_repository_is_answered_by_lines_of_its_source(
    repository: Path,
) -> None:
    question = "where is the retry policy decided?"
    asked = docmind(
        repository, "ask", question, "src", "--json", "--retrieval", "lexical",
        "--engine", "extractive",
    )  # fmt: skip

    assert asked.returncode == 0, asked.stderr
    record = json.loads(asked.stdout)
    assert record["found"]
    for citation in record["citations"]:
        assert citation["document"] == "policy.py"
        assert citation["status"] == "exact"
        assert citation["page"] is None
        first, last = citation["lines"]
        lines = POLICY.splitlines()[first - 1 : last]
        assert citation["quote"] == "\n".join(lines)
        assert citation["quote"] == POLICY[citation["start"] : citation["end"]]


def test_a_search_finds_the_definition_and_not_what_is_ignored(repository: Path) -> None:
    found = docmind(
        repository, "search", "parse a cookie", ".", "--json", "--retrieval", "lexical"
    )

    record = json.loads(found.stdout)
    assert record["passages"][0]["document"] == "src/cookies.py"
    assert record["passages"][0]["lines"] == [1, 2]
    assert all(not each["document"].startswith("made/") for each in record["passages"])


def asked_of(
    server: FakeServer, repository: Path, question: str, *words: str
) -> tuple[str, dict[str, Any]]:
    """What the model is given to read above the question, and the ledger of its answer."""
    asked = docmind(
        repository, "ask", question, ".", "--json", "--retrieval", "lexical",
        "--base-url", server.base_url, *words,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    return server.requests[-1]["messages"][1]["content"], json.loads(asked.stdout)["ledger"]


def test_a_model_reads_a_repository_that_fits_whole_under_a_tree(repository: Path) -> None:
    with FakeServer() as server:
        prompt, ledger = asked_of(server, repository, "where is the retry policy decided?")
        again, _ = asked_of(server, repository, "who parses cookies?")

    assert ledger["mode"] == "whole"
    assert prompt == again
    tree, _, text = prompt.partition("¶document A")
    assert tree.splitlines()[1:] == [
        "README.md", "src/", " client.py", " cookies.py", " policy.py", " pool.py",
    ]  # fmt: skip
    assert "def decide(self, attempt, status):" in text


def test_a_model_reads_a_map_and_the_definitions_of_one_that_does_not_fit(
    repository: Path,
) -> None:
    for number in range(40):
        body = f"    total = total + compute(value, {number})\n" * 20
        module = f"def step_{number}(value):\n{body}" + "\nPOLICY = RetryPolicy()\n" * (number < 5)
        (repository / f"src/step_{number:02}.py").write_text(module, encoding="utf-8")
    with FakeServer(Behaviour(window_tokens=4_000)) as server:
        question = "where does the retry policy decide to try again?"
        prompt, ledger = asked_of(server, repository, question, "--max-output", "200")
        other, _ = asked_of(server, repository, "how is a cookie parsed?", "--max-output", "200")

    assert ledger["mode"] == "retrieve"
    assert re.search(
        r"read were a map of \d+ of 46 symbols and \d+ definitions?,", ledger["reason"]
    )
    chart, _, text = prompt.partition("¶document ")
    assert chart.splitlines()[1:3] == ["src/policy.py", " class RetryPolicy"]
    assert other.startswith(chart)
    assert "only what the server may mend" in text
    assert "def parse_cookie" not in text
    assert ledger["prompt_tokens"] <= 4_000 - 200
