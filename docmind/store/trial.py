"""Opens a folder of Chroma and asks each of its collections, in a process that may die of it.

Run as a program by `health`: `python -m docmind.store.trial FOLDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from docmind.store.clients import close, opened

_ROWS = 10


def main(folder: str) -> None:
    """Raise, or be ended by a signal, where the folder cannot be used."""
    client = opened(Path(folder))
    for collection in client.list_collections():
        collection.count()
        some = collection.get(limit=_ROWS, include=["embeddings"])["embeddings"]
        if len(some):
            collection.query(query_embeddings=some, n_results=_ROWS, include=["distances"])
    close(client)


if __name__ == "__main__":
    main(sys.argv[1])
