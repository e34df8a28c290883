"""What docmind is compared with: rankings of pages by others, over the same texts and vectors.

LlamaIndex: its default splitter (SentenceSplitter, 1,024 tokens, 20 overlap) on every page, with
MiniLM; pages in the order of their best chunk. Chroma: a plain query, cosine, over the vectors
that docmind makes. BM25: over the bare passages. Dense: exact cosine over docmind's vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from llama_index.core.node_parser import SentenceSplitter

from benchmarks.corpora import Read
from docmind.ports import Embedder, PassageStore
from docmind.retrieval.lexical import Lexical, Vocabulary

if TYPE_CHECKING:
    from docmind.ports import Vectors


class Vectorizer:
    """Vectors of texts, from the store where it has them."""

    def __init__(self, embedder: Embedder, store: PassageStore) -> None:
        self._embedder = embedder
        self._store = store

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row a text; what had to be made is remembered, a few hundred at a time."""
        _, missing = self._store.get(self._embedder.model, texts)
        for first in range(0, len(missing), 256):
            some = [texts[position] for position in missing[first : first + 256]]
            self._store.put(self._embedder.model, some, self._embedder.embed(some))
        known, _ = self._store.get(self._embedder.model, texts)
        return known


def distinct(pages: Iterable[int]) -> list[int]:
    """Each page once, in the order of its first appearance."""
    return list(dict.fromkeys(pages))


class PlainBm25:
    """BM25 over the passages, and nothing else."""

    def __init__(self, read: Read) -> None:
        vocabulary = Vocabulary()
        self._terms = vocabulary.terms
        self._pages = [passage.page for passage in read.passages]
        pieces = [vocabulary.numbers(passage.text) for passage in read.passages]
        self._lexical = Lexical(vocabulary, pieces, range(len(pieces)), len(pieces))

    def pages(self, question: str) -> list[int]:
        """The document's pages, best first."""
        scores = self._lexical.scores(self._terms.of_question(question))
        return distinct(self._pages[at] for at in np.argsort(-scores, kind="stable"))


class PlainDense:
    """Cosine over a vector for each passage."""

    def __init__(self, read: Read, vectors: Vectors, vectorizer: Vectorizer) -> None:
        self._pages = [passage.page for passage in read.passages]
        self._vectorizer = vectorizer
        self._vectors = vectors

    def pages(self, question: str) -> list[int]:
        """The document's pages, best first."""
        scores = self._vectors @ self._vectorizer.vectors([question])[0]
        return distinct(self._pages[at] for at in np.argsort(-scores, kind="stable"))


class LlamaIndexDefaults:
    """LlamaIndex's default chunks, each embedded; the model reads the first 256 tokens of one."""

    def __init__(self, read: Read, vectorizer: Vectorizer) -> None:
        splitter = SentenceSplitter(chunk_size=1024, chunk_overlap=20)
        chunks = [
            (page.number, chunk)
            for page in read.document.pages
            if page.text.strip()
            for chunk in splitter.split_text(page.text)
        ]
        self._pages = [number for number, _ in chunks]
        self._vectorizer = vectorizer
        self._vectors = vectorizer.vectors([chunk for _, chunk in chunks])

    def pages(self, question: str) -> list[int]:
        """The document's pages, best first."""
        scores = self._vectors @ self._vectorizer.vectors([question])[0]
        return distinct(self._pages[at] for at in np.argsort(-scores, kind="stable"))


class ChromaPlain:
    """Chroma as it comes, in memory: the passages' vectors in a cosine collection."""

    MOST_RESULTS = 200

    def __init__(self, read: Read, vectors: Vectors, vectorizer: Vectorizer) -> None:
        client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
        name = f"bench-{read.document.sha256[:16]}"
        self._collection = client.get_or_create_collection(
            name, configuration={"hnsw": {"space": "cosine"}}
        )
        self._vectorizer = vectorizer
        ids = [str(position) for position in range(len(vectors))]
        self._pages = [passage.page for passage in read.passages]
        for first in range(0, len(ids), 5000):
            part = slice(first, first + 5000)
            self._collection.add(ids=ids[part], embeddings=vectors[part])

    def pages(self, question: str) -> list[int]:
        """The document's pages, best first, as far as the results reach."""
        wanted = min(self.MOST_RESULTS, len(self._pages))
        vector = self._vectorizer.vectors([question])
        found = self._collection.query(query_embeddings=vector, n_results=wanted, include=[])
        return distinct(self._pages[int(each)] for each in found["ids"][0])
