"""Finds the files that a commit changed by what its author wrote about it.

python -m benchmarks.code CHECKOUT [--commits N] [--dense]

For each of the last N commits that change one to three source files (and no more files than ten),
the subject is the query, the tree before the commit is what is searched, and the changed files
that are no tests are what should be found. Compared with what `git grep` gives who types the words
of the subject: files by how many of them they have, and the same with rare words first. With
--dense also with LlamaIndex's CodeSplitter, with the same embeddings.
"""

from __future__ import annotations

import argparse
import math
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from benchmarks.baselines import Vectorizer
from benchmarks.code_splitter import CodeSplitterFiles
from docmind.documents.code import read_code
from docmind.documents.languages import DATA_SUFFIXES, is_source_name
from docmind.documents.selection import (
    folder_of,
    why_not_by_head,
    why_not_by_size,
    why_not_there,
)
from docmind.engines.embedder import ProcessEmbedder
from docmind.engines.vector_cache import VectorCache
from docmind.errors import InputError
from docmind.model import Document, Passage
from docmind.passages.split import split_document
from docmind.retrieval.index import Index
from docmind.retrieval.lexical import Vocabulary
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts

_DEPTHS = (1, 5, 10)
_PASSAGES = 100
_ROUTINE = re.compile(
    r"^(?:merge|bump|release|version|revert|\[pre-commit)|changelog", re.IGNORECASE
)
_TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_|conftest)|_test\.")
_COMMON = frozenset(
    "the and for with from into when that this not use add fix are can all".split()
)


@dataclass(frozen=True, slots=True)
class Task:
    """A commit: its subject, the tree before it, and the files that it changed."""

    parent: str
    subject: str
    files: frozenset[str]


class Repository:
    """A checkout or a bare repository; blobs are parsed once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counter = RememberedCounts(QwenTokenCounter())
        self._parsed: dict[tuple[str, str], tuple[Document, tuple[Passage, ...]] | None] = {}

    def _git(self, *words: str) -> bytes:
        return subprocess.run(
            ["git", "-C", str(self._path), *words], check=True, capture_output=True
        ).stdout

    def tasks(self, wanted: int) -> Iterator[Task]:
        """The last commits that can be asked for."""
        form = "--format=%x01%P%x02%s%x03"
        log = self._git("log", "--no-merges", "-n", "6000", "--name-status", form).decode()
        for entry in log.split("\x01")[1:]:
            parent, _, rest = entry.partition("\x02")
            subject, _, names = rest.partition("\x03")
            changed = [line.split("\t") for line in names.split("\n") if "\t" in line]
            paths = [parts[1] for parts in changed if parts[0] == "M"]
            sources = [path for path in paths if _is_wanted(path)]
            speaks = len(subject.split()) >= 3 and not _ROUTINE.search(subject)
            if speaks and parent and 1 <= len(sources) <= 3 and len(changed) <= 10:
                yield Task(parent, subject, frozenset(sources))
                wanted -= 1
            if not wanted:
                return

    def tree(self, commit: str) -> list[tuple[Document, tuple[Passage, ...]]]:
        """The source files of a commit that docmind would read, as documents and passages."""
        listed = self._git("ls-tree", "-r", "-z", "-l", commit).decode().split("\0")
        found = []
        for line in filter(None, listed):
            about, _, path = line.partition("\t")
            mode, kind, blob, size = about.split()
            if kind == "blob" and mode != "120000" and is_source_name(Path(path)):
                made = self._document(blob, path, int(size))
                if made is not None:
                    found.append(made)
        return found

    def _document(
        self, blob: str, path: str, size: int
    ) -> tuple[Document, tuple[Passage, ...]] | None:
        if (blob, path) not in self._parsed:
            self._parsed[blob, path] = self._made(blob, path, size)
        return self._parsed[blob, path]

    def _made(
        self, blob: str, path: str, size: int
    ) -> tuple[Document, tuple[Passage, ...]] | None:
        place = Path(path)
        if why_not_there(folder_of(path.rpartition("/")[0]), place.name, tracked=True):
            return None
        if why_not_by_size(place, size):
            return None
        content = self._git("cat-file", "blob", blob)
        if why_not_by_head(content[:8000]):
            return None
        try:
            document = read_code(content, place, path, blob)
        except InputError:
            return None
        return document, split_document(document, self._counter)


def _is_wanted(path: str) -> bool:
    """Whether a file is one that ought to be found: a source file, and no test."""
    place = Path(path)
    is_data = place.suffix.lower() in DATA_SUFFIXES
    source = is_source_name(place) and not is_data and not path.startswith(("docs/", "."))
    return source and not _TEST.search(path) and place.suffix not in (".cfg", ".toml", ".ini")


def by_docmind(index: Index, subject: str) -> list[str]:
    """Files in the order of their best passages."""
    hits = index.search(subject, limit=_PASSAGES)
    return list(dict.fromkeys(hit.passage.document for hit in hits))


def by_grep(texts: dict[str, str], subject: str, *, rare_first: bool) -> list[str]:
    """Files by how many of the subject's words they have, whatever the case, then how often."""
    words = {word.lower() for word in re.findall(r"\w{3,}", subject)} - _COMMON
    having = {word: [name for name, text in texts.items() if word in text] for word in words}
    scores: dict[str, tuple[float, int]] = {}
    for name, text in texts.items():
        weights = [
            math.log(1 + len(texts) / len(having[word])) if rare_first else 1.0
            for word in words
            if word in text
        ]
        scores[name] = (sum(weights), sum(text.count(word) for word in words))
    return sorted(texts, key=lambda name: scores[name], reverse=True)


def main() -> None:
    """Print the share of commits with a changed file among the first 1, 5 and 10."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--dense", action="store_true")
    parser.add_argument(
        "--cache", type=Path, default=Path(platformdirs.user_cache_dir("docmind-benchmarks"))
    )
    arguments = parser.parse_args()
    repository = Repository(arguments.checkout)
    embedder = ProcessEmbedder()
    vectorizer = Vectorizer(embedder, VectorCache(arguments.cache / "vectors.sqlite"))
    splitter = CodeSplitterFiles(vectorizer)
    ranks: dict[str, list[int]] = {}
    sizes = []
    vocabulary = Vocabulary()
    for task in repository.tasks(arguments.commits):
        tree = repository.tree(task.parent)
        wanted = task.files & {document.name for document, _ in tree}
        if not wanted:
            continue
        index = Index(
            [each for each, _ in tree], [p for _, all_ in tree for p in all_], vocabulary
        )
        texts = {document.name: document.pages[0].text.lower() for document, _ in tree}
        sizes.append((len(tree), len(index.passages)))
        ways = {
            "grep, most words": by_grep(texts, task.subject, rare_first=False),
            "grep, rare words": by_grep(texts, task.subject, rare_first=True),
            "docmind, lexical": by_docmind(index, task.subject),
        }
        if arguments.dense:
            index.add_vectors(vectorizer.vectors(index.texts), embedder)
            ways["docmind, hybrid"] = by_docmind(index, task.subject)
            ways |= splitter.rankings(index.documents, task.subject)
        for way, names in ways.items():
            ranks.setdefault(way, []).append(_rank(names, wanted))
    embedder.close()
    _print(ranks, sizes)


def _rank(names: Sequence[str], wanted: frozenset[str]) -> int:
    """The first place (from 1) of a wanted file; very far down where there is none."""
    return next((place for place, name in enumerate(names, start=1) if name in wanted), 10**6)


def _print(ranks: dict[str, list[int]], sizes: Sequence[tuple[int, int]]) -> None:
    files, passages = sizes[-1] if sizes else (0, 0)
    sys.stdout.write(
        f"{len(sizes)} commits; {files} files, {passages} passages in the oldest tree\n"
    )
    for way, places in ranks.items():
        shares = [sum(place <= depth for place in places) / len(places) for depth in _DEPTHS]
        figures = "  ".join(
            f"hit@{depth} {share:6.1%}" for depth, share in zip(_DEPTHS, shares, strict=True)
        )
        sys.stdout.write(f"{way:<28} {figures}\n")


if __name__ == "__main__":
    main()
