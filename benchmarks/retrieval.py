"""How good is retrieval? Pages on mmlongbench, evidence on expmrc, Chinese on cmrc2018.

Parameters were tuned on the half of mmlongbench's documents whose name has an even sha256 (first
eight digits); both halves are shown. Parsed documents and vectors are kept between runs.

    python -m benchmarks.retrieval --data ../shared/data
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import platformdirs

from benchmarks.baselines import (
    ChromaPlain,
    LlamaIndexDefaults,
    PlainBm25,
    PlainDense,
    Vectorizer,
    distinct,
)
from benchmarks.bootstrap import paired_interval
from benchmarks.corpora import (
    PageQuestion,
    Read,
    SpanQuestion,
    cmrc2018,
    expmrc,
    page_questions,
    read_files,
)
from docmind.answers.events import Answered
from docmind.desk import Desk, Meaning
from docmind.engines.embedder import ProcessEmbedder
from docmind.engines.vector_cache import VectorCache
from docmind.retrieval.index import Index
from docmind.settings import Settings
from docmind.tokens.qwen import QwenTokenCounter

if TYPE_CHECKING:
    from numpy.typing import NDArray

CUTS = (1, 3, 5, 10)
Table = dict[str, dict[str, float]]


class Ranker(Protocol):
    """Ranks the pages of one document."""

    def pages(self, question: str) -> list[int]:
        """Pages, best first."""
        ...


class Ours:
    """docmind's index, with or without its dense arm."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def pages(self, question: str) -> list[int]:
        """The document's pages, best first."""
        hits = self._index.search(question, limit=len(self._index.passages))
        return distinct(hit.passage.page for hit in hits)


def rankers(read: Read, vectorizer: Vectorizer, embedder: ProcessEmbedder) -> dict[str, Ranker]:
    """Every system that is compared, over one document."""
    hybrid = Index([read.document], read.passages)
    vectors = vectorizer.vectors(hybrid.texts)
    hybrid.add_vectors(vectors, embedder)
    return {
        "docmind": Ours(hybrid),
        "docmind, before vectors are ready": Ours(Index([read.document], read.passages)),
        "BM25, bare passages": PlainBm25(read),
        "MiniLM, the same vectors": PlainDense(read, vectors, vectorizer),
        "LlamaIndex defaults": LlamaIndexDefaults(read, vectorizer),
        "Chroma, the same vectors": ChromaPlain(read, vectors, vectorizer),
    }


def mmlongbench(
    data: Path, vectorizer: Vectorizer, embedder: ProcessEmbedder, cache: Path
) -> dict[str, Table]:
    """hit@k and recall@k of pages, and ours minus each with its interval."""
    questions = page_questions(data)
    by_document: dict[str, list[PageQuestion]] = {}
    for question in questions:
        by_document.setdefault(question.document, []).append(question)
    rows: dict[str, list[list[float]]] = {}
    asked: list[PageQuestion] = []
    paths = [data / "mmlongbench" / "pdf" / name for name in sorted(by_document)]
    for read, path in zip(read_files(paths, cache), paths, strict=True):
        asked += by_document[path.name]
        for name, ranker in rankers(read, vectorizer, embedder).items():
            measured = [_page_row(ranker, question) for question in by_document[path.name]]
            rows.setdefault(name, []).extend(measured)
        print(f"{len(asked)} of {len(questions)} questions", file=sys.stderr)
    return _page_tables({name: np.array(row) for name, row in rows.items()}, asked)


def _page_row(ranker: Ranker, question: PageQuestion) -> list[float]:
    """hit@k for each cut, then recall@k for each."""
    pages = ranker.pages(question.text)
    found = [len(question.pages.intersection(pages[:cut])) for cut in CUTS]
    return [float(each > 0) for each in found] + [each / len(question.pages) for each in found]


def _page_tables(
    rows: dict[str, NDArray[np.float64]], asked: Sequence[PageQuestion]
) -> dict[str, Table]:
    columns = [f"{kind}@{cut}" for kind in ("hit", "recall") for cut in CUTS]
    tuning = np.array([question.tuning for question in asked])
    documents = [question.document for question in asked]
    tables: dict[str, Table] = {
        f"mmlongbench, {len(asked)} questions": {},
        f"mmlongbench, {tuning.sum()} questions of the tuning half, and the others": {},
        "mmlongbench, docmind minus each of the others, with 95% intervals": {},
    }
    everything, halves, differences = tables.values()
    for name, values in rows.items():
        means = 100 * values.mean(axis=0)
        everything[name] = dict(zip(columns, means.tolist(), strict=True))
        halves[name] = {
            f"{column}, {half}": 100 * float(values[members][:, columns.index(column)].mean())
            for column in ("hit@5", "hit@10")
            for half, members in (("tuning half", tuning), ("other half", ~tuning))
        }
        if name == "docmind":
            continue
        differences[name] = {}
        for column in ("hit@5", "hit@10"):
            at = columns.index(column)
            interval = paired_interval(rows["docmind"][:, at], values[:, at], documents)
            for part, value in zip(("difference", "low", "high"), interval, strict=True):
                differences[name][f"{column}, {part}"] = 100 * value
    return tables


def span_retrieval(index: Index, questions: Sequence[SpanQuestion]) -> dict[str, float]:
    """hit@k: a passage stands in (or over) a gold span; "answer": it has the answer, too."""
    hits = np.zeros((len(questions), len(CUTS), 2))
    for row, question in enumerate(questions):
        passages = [hit.passage for hit in index.search(question.text, limit=max(CUTS))]
        inside = [
            any(_overlap(each.start, each.end, span) for span in question.spans)
            for each in passages
        ]
        exact = [
            right and any(answer in each.text for answer in question.answers)
            for right, each in zip(inside, passages, strict=True)
        ]
        for column, cut in enumerate(CUTS):
            hits[row, column] = any(inside[:cut]), any(exact[:cut])
    means = 100 * hits.mean(axis=0)
    return {
        f"{kind}@{cut}": float(means[column, which])
        for which, kind in enumerate(("hit", "answer"))
        for column, cut in enumerate(CUTS)
    }


def _overlap(start: int, end: int, span: tuple[int, int]) -> bool:
    """Whether half of the shorter of the two is common."""
    common = min(end, span[1]) - max(start, span[0])
    return 2 * common >= min(end - start, span[1] - span[0])


def chinese(
    data: Path, vectorizer: Vectorizer, embedder: ProcessEmbedder, cache: Path
) -> dict[str, Table]:
    """cmrc2018 joined; the model reads no Chinese, so the dense arm has no vote here."""
    del vectorizer, embedder
    path, questions = cmrc2018(data, cache)
    (read,) = read_files([path], cache)
    index = Index([read.document], read.passages)
    line = span_retrieval(index, questions)
    return {f"cmrc2018 joined, {len(questions)} questions": {"docmind": line}}


def evidence(
    data: Path, vectorizer: Vectorizer, embedder: ProcessEmbedder, cache: Path
) -> dict[str, Table]:
    """expmrc joined: retrieval of the gold evidence, and the sentence that is cited first."""
    path, questions = expmrc(data, cache)
    (read,) = read_files([path], cache)
    index = Index([read.document], read.passages)
    table: Table = {"docmind, before vectors are ready": span_retrieval(index, questions)}
    index.add_vectors(vectorizer.vectors(index.texts), embedder)
    table["docmind"] = span_retrieval(index, questions)
    desk = Desk(
        Settings(),
        QwenTokenCounter(),
        Meaning(embedder, VectorCache(cache / "vectors.sqlite")),
    )
    desk.add(read.document)
    desk.wait_for_vectors()
    title = f"expmrc joined, {len(questions)} questions"
    return {title: table, f"{title}: what is cited first": {"docmind": _cited(desk, questions)}}


def _cited(desk: Desk, questions: Sequence[SpanQuestion]) -> dict[str, float]:
    """Of the first citation: is it the gold evidence, and how many of its words are."""
    same, overlap, answered, right = 0, 0.0, 0, 0
    for number, question in enumerate(questions):
        if number % 50 == 0:
            print(f"{number} of {len(questions)} questions", file=sys.stderr)
        answer = next(
            event.answer for event in desk.ask(question.text) if isinstance(event, Answered)
        )
        if not answer.citations:
            continue
        answered += 1
        first = answer.citations[0]
        quoted = _words(first.quote)
        same += quoted == _words(question.evidence)
        right += any(_overlap(first.start, first.end, span) for span in question.spans)
        overlap += _f1(quoted, _words(question.evidence))
    count = len(questions) / 100
    return {
        "answered": answered / count,
        "first citation is the evidence": same / count,
        "first citation overlaps it": right / count,
        "evidence F1": overlap / count,
    }


def _words(text: str) -> list[str]:
    kept = "".join(each if each.isalnum() else " " for each in text.casefold())
    return kept.split()


def _f1(quoted: Sequence[str], gold: Sequence[str]) -> float:
    common = sum((Counter(quoted) & Counter(gold)).values())
    return 2 * common / (len(quoted) + len(gold)) if common else 0.0


PARTS: dict[str, Callable[[Path, Vectorizer, ProcessEmbedder, Path], dict[str, Table]]] = {
    "mmlongbench": mmlongbench,
    "expmrc": evidence,
    "cmrc2018": chinese,
}


def markdown(table: Table) -> str:
    """A table with a column for each figure that any line has."""
    columns = list(dict.fromkeys(column for line in table.values() for column in line))
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, line in table.items():
        cells = [f"{line[column]:.1f}" if column in line else "-" for column in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--part", choices=[*PARTS, "all"], default="all")
    parser.add_argument("--json", action="store_true", help="JSON instead of Markdown")
    parser.add_argument(
        "--cache", type=Path, default=platformdirs.user_cache_path("docmind-benchmarks")
    )
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    embedder = ProcessEmbedder()
    vectorizer = Vectorizer(embedder, VectorCache(arguments.cache / "vectors.sqlite"))
    chosen = list(PARTS) if arguments.part == "all" else [arguments.part]
    results: dict[str, Table] = {}
    try:
        for name in chosen:
            tables = PARTS[name](arguments.data, vectorizer, embedder, arguments.cache)
            results |= tables
            for title, table in tables.items():
                if not arguments.json:
                    print(f"\n### {title}\n\n{markdown(table)}", flush=True)
    finally:
        embedder.close()
    if arguments.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
