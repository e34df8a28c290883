"""Does a library find what an index in memory finds? Pages of mmlongbench, 40 documents together.

Every question is put to all documents at once, so that the right page has to win against those of
39 others; both rank the same passages and the same vectors. Parsed documents and vectors are kept
between runs.

    python -m benchmarks.library_quality --data ../shared/data
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import platformdirs

from benchmarks.bootstrap import paired_interval
from benchmarks.corpora import PageQuestion, page_questions, read_files
from benchmarks.retrieval import markdown
from docmind.config import Folders
from docmind.engines.vector_cache import VectorCache
from docmind.library.ingest import vectors_of
from docmind.library.library import Library
from docmind.model import Passage
from docmind.retrieval.index import Index
from docmind.settings import (
    OcrMode,
    ReadingSettings,
    RetrievalArms,
    RetrievalSettings,
    Settings,
)
from docmind.workspace import Workspace

CUTS = (1, 3, 5, 10)
LOOKED_AT = 100
Search = Callable[[str], Sequence[Passage]]


def in_memory(paths: Sequence[Path], cache: Path, workspace: Workspace) -> dict[str, Search]:
    """Passages as one index of all documents ranks them, by words alone and with vectors."""
    reads = list(read_files(paths, cache))
    documents = [read.document for read in reads]
    passages = [passage for read in reads for passage in read.passages]
    indexes = {"in memory, words": Index(documents, passages)}
    if workspace.settings.retrieval.arms is not RetrievalArms.LEXICAL:
        both = indexes["in memory"] = Index(documents, passages)
        embedder = workspace._shared_embedder()
        store = VectorCache(cache / "vectors.sqlite")
        both.add_vectors(vectors_of(both.texts, embedder, store), embedder)
    return {name: _searches(index) for name, index in indexes.items()}


def _searches(index: Index) -> Search:
    return lambda query: [hit.passage for hit in index.search(query, limit=LOOKED_AT)]


def in_library(library: Library, *, words: bool) -> dict[str, Search]:
    """Passages as the library ranks them, by words alone and with vectors."""

    def searched(query: str, *, meaning: bool) -> list[Passage]:
        hits = library.search(query, limit=LOOKED_AT, meaning=meaning)
        return [each.hit.passage for each in hits]

    systems: dict[str, Search] = {"library, words": partial(searched, meaning=False)}
    return systems if words else systems | {"library": partial(searched, meaning=True)}


def hits(search: Search, questions: Sequence[PageQuestion]) -> np.ndarray:
    """Whether a right page of the right document is among the first, for each question and cut."""
    rows = np.zeros((len(questions), len(CUTS)))
    for row, question in zip(rows, questions, strict=True):
        places = dict.fromkeys(
            (Path(each.document).name, each.page) for each in search(question.text)
        )
        right = [name == question.document and page in question.pages for name, page in places]
        row[:] = [any(right[:cut]) for cut in CUTS]
    return rows


def measured(data: Path, cache: Path, home: Path, *, words: bool, documents: int) -> None:
    """Fill a library, ask both, and print."""
    questions = page_questions(data)
    names = sorted({question.document for question in questions})[:documents]
    questions = [question for question in questions if question.document in names]
    paths = [data / "mmlongbench" / "pdf" / name for name in names]
    arms = RetrievalArms.LEXICAL if words else RetrievalArms.HYBRID
    settings = Settings(
        reading=ReadingSettings(ocr=OcrMode.OFF), retrieval=RetrievalSettings(arms=arms)
    )
    with (
        Workspace(settings, Folders(home, cache, None)) as workspace,
        closing(workspace.library()) as library,
    ):
        begun = time.perf_counter()
        for _ in library.add(paths):
            pass
        print(f"library filled in {time.perf_counter() - begun:.0f} s", flush=True)
        systems = in_library(library, words=words) | in_memory(paths, cache, workspace)
        rows = {name: hits(search, questions) for name, search in systems.items()}
    columns = [f"hit@{cut}" for cut in CUTS]
    print(
        markdown(
            {
                name: dict(zip(columns, (100 * row.mean(axis=0)).tolist(), strict=True))
                for name, row in rows.items()
            }
        )
    )
    owners = [question.document for question in questions]
    for suffix in (", words",) if words else ("", ", words"):
        for cut in (5, 10):
            column = CUTS.index(cut)
            library_row, memory_row = rows[f"library{suffix}"], rows[f"in memory{suffix}"]
            found = paired_interval(library_row[:, column], memory_row[:, column], owners)
            low, middle, high = (100 * found[at] for at in (1, 0, 2))
            print(f"hit@{cut}{suffix}: {middle:+.1f} ({low:+.1f} to {high:+.1f})")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--cache", type=Path, default=platformdirs.user_cache_path("docmind-benchmarks")
    )
    parser.add_argument("--words", action="store_true", help="without vectors, in a minute")
    parser.add_argument("--documents", type=int, default=40, help="so many, by name")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measured(
            arguments.data,
            arguments.cache,
            Path(home),
            words=arguments.words,
            documents=arguments.documents,
        )


if __name__ == "__main__":
    main()
