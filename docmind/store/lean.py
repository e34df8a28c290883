"""LlamaIndex's ChromaVectorStore with rows of a key and a vector, and nothing else.

Its own rows carry the text and a JSON of the whole node, which makes writing five times slower and
the folder five times larger (measured); the library's manifest has all of that already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryResult
from llama_index.vector_stores.chroma import ChromaVectorStore

if TYPE_CHECKING:
    from docmind.ports import Vectors


class LeanChromaVectorStore(ChromaVectorStore):  # type: ignore[misc]
    """Keys and vectors; what a query finds are ids and similarities, no nodes."""

    stores_text: bool = False

    def __init__(self, collection: Any) -> None:
        super().__init__(chroma_collection=collection)

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """Write the ids and vectors of these nodes, over those of the same ids."""
        ids = [node.node_id for node in nodes]
        self.client.upsert(ids=ids, embeddings=[node.get_embedding() for node in nodes])
        return ids

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
        """The ids of the nearest vectors, with cosines."""
        found = self.client.query(
            query_embeddings=[query.query_embedding],
            n_results=query.similarity_top_k,
            include=["distances"],
        )
        similarities = [1.0 - distance for distance in found["distances"][0]]
        return VectorStoreQueryResult(nodes=None, ids=found["ids"][0], similarities=similarities)

    def nearest(self, vector: list[float], limit: int) -> list[tuple[str, float]]:
        """Ids and cosines of the nearest vectors, best first."""
        result = self.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=limit))
        return list(zip(result.ids, result.similarities, strict=True))


def bare_nodes(keys: Sequence[str], vectors: Vectors) -> list[BaseNode]:
    """Nodes of a key and a vector."""
    rows = vectors.tolist()
    return [TextNode(id_=key, embedding=row) for key, row in zip(keys, rows, strict=True)]
