"""Passages of the whole library that match a query, ranked without loading a document.

Words are ranked in the manifest (`lexical`), meaning by the vector store; both give a few hundred
candidates and ranks are fused as `docmind.retrieval.index` does it. Only what is visible in the
manifest can be found: a vector of a document that is not, or no longer, has no passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from docmind.library.entries import LibraryHit
from docmind.library.lexical import LAST_PAGE, LexicalArm
from docmind.library.manifest import Manifest, unpack_page
from docmind.model import Document, Hit, Kind, Passage
from docmind.retrieval.fusion import NO_VOTE, fuse
from docmind.retrieval.index import DENSE_WEIGHT, LEXICAL_WEIGHT
from docmind.retrieval.trials import TEST_WEIGHT, asks_for_tests, is_test_path

if TYPE_CHECKING:
    from docmind.ports import Embedder, Vectors, VectorStore

CANDIDATES = 200
"""How many passages each arm may propose."""

WIDER = 8
"""How many times more the store is asked for where too few of its passages are on the pages."""

_LOCATED = """
SELECT passages.id, passages.body, pages.body, documents.head, documents.id, files.name, files.path
FROM passages JOIN documents ON documents.id = passages.document
JOIN files ON files.document = documents.id
JOIN pages ON pages.document = documents.id AND pages.number = passages.page
WHERE passages.id = ?"""

_COUNT_ON = "SELECT count(*) FROM passages WHERE page >= ? AND page < ?"

_DOCUMENTS = "SELECT id, document FROM passages WHERE id IN ({})"

_NAMES = "SELECT document, name FROM files WHERE document IN ({})"


class LibrarySearch:
    """Searches what a manifest and a vector store have."""

    def __init__(
        self, manifest: Manifest, store: VectorStore, embedder: Embedder | None, collection: str
    ) -> None:
        self._manifest = manifest
        self._store = store
        self._embedder = embedder
        self._collection = collection
        self._lexical = LexicalArm(manifest)
        self._generation = -1

    def by_words(self, query: str, limit: int, pages: range | None = None) -> dict[int, float]:
        """Passages with the query's terms, best first, with their scores."""
        return self._lexical.scores(query, limit, pages)

    def by_meaning(self, query: str, limit: int, pages: range | None = None) -> dict[int, float]:
        """Passages that mean something like the query, best first, with their cosines.

        Nothing where the model does not read the query's script. Raises EngineError where there
        is no vector to be had, LibraryError or ServerUnreachable where the store cannot be asked.
        """
        embedder = self._embedder
        if embedder is None or not self._collection or not embedder.reads(query):
            return {}
        generation = self._manifest.generation
        if generation != self._generation:
            self._store.reopen()
            self._generation = generation
        return self._nearest(embedder.embed_query(query), limit, pages)

    def _nearest(self, vector: Vectors, limit: int, pages: range | None) -> dict[int, float]:
        """The passages whose vectors are nearest, best first, with their cosines.

        The store knows of no pages: it is asked for more until enough of them are on these.
        """
        enough = limit if pages is None else min(limit, self._count_on(pages))
        wanted = limit
        while True:
            nearest = self._store.nearest(self._collection, vector, wanted)
            found = self._visible(nearest, pages)
            if len(found) >= enough or pages is None or len(nearest) < wanted:
                return dict(islice(found.items(), limit))
            wanted *= WIDER

    def _count_on(self, pages: range) -> int:
        """How many passages are on these pages."""
        ((count,),) = self._manifest.rows(_COUNT_ON, (pages.start, min(pages.stop, LAST_PAGE)))
        return int(count)

    def _visible(
        self, nearest: Iterable[tuple[str, float]], pages: range | None
    ) -> dict[int, float]:
        """Those of the vectors that belong to a passage which can be found, on these pages."""
        found: dict[int, float] = {}
        for key, cosine in nearest:
            document, _, ordinal = key.partition(".")
            rows = self._manifest.rows(
                "SELECT id, page FROM passages WHERE document = ? AND ordinal = ?",
                (int(document), int(ordinal)),
            )
            if rows and (pages is None or rows[0][1] in pages):
                found[rows[0][0]] = cosine
        return found

    def search(
        self, query: str, *, limit: int, pages: range | None = None, meaning: bool
    ) -> list[LibraryHit]:
        """The best passages, best first; with `meaning` the vectors have a say too."""
        wanted = max(CANDIDATES, limit)
        arms = [(self.by_words(query, wanted, pages), LEXICAL_WEIGHT)]
        if meaning:
            arms.append((self.by_meaning(query, wanted, pages), DENSE_WEIGHT))
        scores = _fused([(found, weight) for found, weight in arms if found])
        if not asks_for_tests(query):
            for number in self._in_tests(scores):
                scores[number] *= TEST_WEIGHT
        best = sorted(scores, key=lambda number: (-scores[number], number))
        hits: list[LibraryHit] = []
        for number in best:
            if len(hits) == limit:
                break
            hits += self._located(number, scores[number])
        return hits

    def _in_tests(self, numbers: Iterable[int]) -> list[int]:
        """Those of these passages that stand in source files of tests."""
        owners = dict(self._asked(_DOCUMENTS, tuple(numbers)))
        named = self._asked(_NAMES, tuple(set(owners.values())))
        suspects = {document for document, name in named if is_test_path(name)}
        tests = {each for each in suspects if self._is_code(each)}
        return [number for number, document in owners.items() if document in tests]

    def _asked(self, statement: str, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(numbers))
        # Only question marks are put into the statement, never a value.
        return self._manifest.rows(statement.format(marks), numbers)

    def _is_code(self, document: int) -> bool:
        found = self._manifest.rows("SELECT head FROM documents WHERE id = ?", (document,))
        kinds = [msgspec.msgpack.decode(head, type=Document).kind for (head,) in found]
        return kinds == [Kind.CODE]

    def _located(self, number: int, score: float) -> list[LibraryHit]:
        """A passage with its page; nothing where it has just been removed."""
        return [_hit(row, score) for row in self._manifest.rows(_LOCATED, (number,))]


def _hit(row: tuple[int, bytes, bytes, bytes, int, str, str], score: float) -> LibraryHit:
    _, body, page_body, head_body, document, name, path = row
    page = unpack_page(page_body)
    head = msgspec.msgpack.decode(head_body, type=Document)
    kept = msgspec.msgpack.decode(body, type=Passage)
    passage = replace(kept, document=name, text=page.text[kept.start : kept.end])
    return LibraryHit(Hit(passage, score), page, head.kind, path, document)


def _fused(arms: Iterable[tuple[dict[int, float], float]]) -> dict[int, float]:
    """One score a passage: of BM25 relative to its best where it is alone, else of the ranks."""
    arms = list(arms)
    if not arms:
        return {}
    numbers = list(dict.fromkeys(number for found, _ in arms for number in found))
    if len(arms) == 1:
        ((found, _),) = arms
        top = max(found.values()) or 1.0
        return {number: score / top for number, score in found.items()}
    votes = [
        (np.array([found.get(number, NO_VOTE) for number in numbers]), weight)
        for found, weight in arms
    ]
    return dict(zip(numbers, fuse(votes).tolist(), strict=True))
