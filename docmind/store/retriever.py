"""docmind's library as a LlamaIndex retriever, for programs that are built with LlamaIndex."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

if TYPE_CHECKING:
    from docmind.library.entries import LibraryHit
    from docmind.library.library import Library


class LibraryRetriever(BaseRetriever):  # type: ignore[misc]
    """Nodes with the passages of the library that answer a query, best first.

    The metadata of a node says where its text stands: document, path, page (1-based; None for
    files without pages), page_label, lines, start and end (characters of the page's text), boxes
    (PDF points, origin top left) and sections.
    """

    def __init__(self, library: Library, *, limit: int = 10, meaning: bool = True) -> None:
        """Without `meaning` words rank alone, and no model is loaded."""
        super().__init__()
        self._library = library
        self._limit = limit
        self._meaning = meaning

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = query_bundle.query_str
        hits = self._library.search(query, limit=self._limit, meaning=self._meaning)
        return [NodeWithScore(node=_node(each), score=each.hit.score) for each in hits]


def _node(found: LibraryHit) -> TextNode:
    metadata = _metadata(found)
    return TextNode(
        id_=f"{found.document}:{found.hit.passage.id}",
        text=found.hit.passage.text,
        metadata=metadata,
        # What a model or an embedding gets to read beside the text: where it stands, no numbers.
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=["path", "start", "end", "boxes", "sections"],
    )


def _metadata(found: LibraryHit) -> dict[str, Any]:
    passage, page = found.hit.passage, found.page
    in_lines = found.kind.places_are_lines
    lines = page.lines(passage.start, passage.end)
    return {
        "document": passage.document,
        "path": found.path,
        "page": None if in_lines else page.number,
        "page_label": page.label,
        "lines": list(lines) if in_lines else None,
        "start": passage.start,
        "end": passage.end,
        "boxes": [list(box) for box in page.words.boxes_of(passage.start, passage.end)],
        "sections": list(passage.sections),
    }
