"""Runs commands in this process, on small documents."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docmind.cli import progress
from docmind.cli.main import main
from docmind.documents.cache import PARSER_VERSION
from docmind.serving.server import ManagedServer
from docmind.settings import ServerSettings
from docmind.workspace import Workspace
from tests.fakes import FakeEmbedder

CONTRACT = """\
# Contract

## Term

This Agreement starts on 1 January 2026 and ends after twenty-four months.

## Termination

Either party may terminate this Agreement on thirty days' written notice to the other party.

## Price

The monthly fee is EUR 4,500, payable within 14 days of the invoice.
"""

FAKE_VLLM = Path(__file__).parents[1] / "serving" / "fake_vllm.py"
MODEL_CONFIG = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "vocab_size": 152_064,
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 32_768,
    "rope_theta": 1e6,
}

ROOT = Path(__file__).parents[3]
Command = Callable[..., Result]


def started(*words: str) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "docmind", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a short run may take long; it must not speak of that in every test."""
    monkeypatch.setattr(progress, "SPEAKS_AFTER_SECONDS", 600.0)


@pytest.fixture
def docmind() -> Command:
    """Run a command as a user would type it; `typed` is what comes on stdin."""

    def command(*words: str | Path, typed: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words], input=typed)
        assert result.exit_code != 70, result.stderr
        return result

    return command


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where documents are that some test has parsed."""
    return tmp_path_factory.mktemp("parsed")


@pytest.fixture(autouse=True)
def parsed_once(home: Path, parsed: Path) -> None:
    """The same text is parsed once, whichever test reads it: each time it takes a process."""
    place = home / "cache" / f"documents-{PARSER_VERSION}"
    place.parent.mkdir()
    place.symlink_to(parsed, target_is_directory=True)


@pytest.fixture
def hashed_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors of a fake: where they come from is of no account, and a model takes seconds."""
    monkeypatch.setattr(Workspace, "_shared_embedder", lambda _: FakeEmbedder())


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Markdown file in the folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.md").write_text(CONTRACT, encoding="utf-8")
    return "contract.md"


@pytest.fixture
def configured(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose vLLM is the small program, and whose model is a folder."""
    model = tmp_path / "tiny-instruct"
    model.mkdir()
    (model / "config.json").write_text(json.dumps(MODEL_CONFIG), encoding="utf-8")
    (model / "tokenizer.json").write_text("{}", encoding="utf-8")
    (model / "tokenizer_config.json").write_text('{"chat_template": "x"}', encoding="utf-8")
    (model / "model.safetensors").write_bytes(b"\0" * 64)
    monkeypatch.setenv("FAKE_PIDS", str(tmp_path / "pids"))
    monkeypatch.setenv("DOCMIND_SERVER_MODEL", str(model))
    monkeypatch.setenv("DOCMIND_SERVER_COMMAND", shlex.join([sys.executable, str(FAKE_VLLM)]))
    yield home
    ManagedServer(home, ServerSettings()).stop()
