"""A repository is asked like a document: `docmind` as a process, on a checkout made by git."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
