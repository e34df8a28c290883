"""What importing a module may cost: `docmind --help` answers in the time of click itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LIBRARIES = {
    "bm25s", "chromadb", "llama_index", "msgspec", "numpy", "platformdirs", "pydantic", "pymupdf",
    "ray", "rich", "sentence_transformers", "textual", "tiktoken", "torch", "transformers",
}  # fmt: skip
MODELS = {"sentence_transformers", "torch", "transformers", "chromadb", "llama_index", "pymupdf"}


def loaded(statement: str) -> set[str]:
    """Top-level modules that are loaded once a statement has run in a fresh interpreter."""
    program = (
        f"{statement}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_command_line_loads_no_library_but_click() -> None:
    found = loaded("import docmind.cli.main")

    assert "click" in found
    assert found & LIBRARIES == set()


def test_help_loads_no_library_but_click() -> None:
    statement = "from docmind.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass"

    assert loaded(statement) & LIBRARIES == set()


def test_the_package_itself_loads_nothing() -> None:
    assert loaded("import docmind") - loaded("pass") == {"docmind"}


@pytest.mark.parametrize(
    "module",
    [
        "docmind.workspace",
        "docmind.config",
        "docmind.model",
        "docmind.cli.commands.open",
        "docmind.cli.commands.ask",
        "docmind.cli.commands.search",
        "docmind.cli.commands.show",
    ],
)
def test_what_answers_loads_no_model_no_parser_and_no_interface(module: str) -> None:
    assert loaded(f"import {module}") & (MODELS | {"textual"}) == set()


@pytest.mark.parametrize("module", ["docmind.config", "docmind.cli.commands.open"])
def test_what_comes_before_the_first_paint_loads_no_numbers(module: str) -> None:
    assert loaded(f"import {module}") & {"numpy", "bm25s", "tiktoken"} == set()


def test_the_terminal_application_loads_no_model_and_no_parser() -> None:
    assert loaded("import docmind.tui.app") & MODELS == set()


def test_the_first_paint_waits_for_no_answer_no_passage_and_no_other_screen() -> None:
    program = (
        "import docmind.cli.main, docmind.cli.commands.open, docmind.workspace\n"
        "import docmind.tui.app, sys; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = set(done.stdout.split())
    parts = ("passages", "context", "retrieval", "export.markdown", "answers.ask", "cli.reading")
    screens = ("history", "library", "help", "ledger", "picture", "documents", "confirm")
    others = ("desk_work", "watch", "ledger", "exporting", "clipboard", "viewer", "all_keys")
    unwanted = {f"docmind.{name}" for name in parts}
    unwanted |= {f"docmind.tui.screens.{name}" for name in screens}
    unwanted |= {f"docmind.tui.{name}" for name in others}
    assert found & unwanted == set()
    assert "textual.widgets._footer" not in found


def test_nothing_that_takes_time_is_imported_before_signals_are_handled() -> None:
    program = "import docmind.__main__, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = {name for name in done.stdout.split() if name.startswith(("docmind", "click"))}
    light = {"docmind.errors", "docmind.signals", "docmind.streams"}
    assert ours == {"docmind", "docmind.__main__"} | light
