"""The library in LlamaIndex, as docs/llama_index.md shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from llama_index.core.base.base_retriever import BaseRetriever

from docmind.library.library import Library
from docmind.store.retriever import LibraryRetriever
from tests.unit.library.made import made_library

PAGE = Path(__file__).parents[3] / "docs" / "llama_index.md"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "lease.txt").write_text(
        "The rent is due monthly.\fThe tenant may terminate in June.", encoding="utf-8"
    )
    with closing(made_library(tmp_path / "library")) as made:
        list(made.add([tmp_path / "lease.txt"]))
        yield made


def test_nodes_say_where_their_text_stands(library: Library) -> None:
    retriever = LibraryRetriever(library, limit=1)

    (found,) = retriever.retrieve("when may the tenant terminate?")

    assert isinstance(retriever, BaseRetriever)
    assert found.node.get_content() == "The tenant may terminate in June."
    assert found.score == pytest.approx(1)
    metadata = found.node.metadata
    assert (metadata["document"], metadata["page"], metadata["page_label"]) == (
        "lease.txt",
        2,
        "2",
    )
    assert (metadata["start"], metadata["end"]) == (0, 33)
    assert metadata["path"].endswith("/lease.txt")
    assert metadata["boxes"] == []
    assert metadata["lines"] is None


def test_the_documented_lines_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    block = re.search(
        r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert block is not None
    program = block[1].replace("limit=3", "limit=3, meaning=False")

    exec(compile(program, str(PAGE), "exec"), {})  # noqa: S102 - our own page, as a reader would

    assert capsys.readouterr().out == ""
