"""Small working stand-ins for what the core asks of the outside.

Each is held to the same contract tests as the real adapter (tests/contracts).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from docmind.errors import EngineError

if TYPE_CHECKING:
    from docmind.ports import Vectors

DIMENSIONS = 256


class FakeEmbedder:
    """Counts words into hashed places: texts that share words are close, and nothing is loaded."""

    model = "hashed-words"

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self._closed = False

    @property
    def ready(self) -> bool:
        """Always, until it is closed."""
        return not self._closed

    def reads(self, text: str) -> bool:
        """Whether there are more Latin letters than others."""
        letters = [character for character in text if character.isalpha()]
        return sum(not each.isascii() for each in letters) * 2 <= len(letters)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text."""
        if self._closed:
            raise EngineError("the embedder is closed")
        self.embedded.extend(texts)
        rows = np.zeros((len(texts), DIMENSIONS if texts else 0), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
                row[zlib.crc32(word.encode()) % DIMENSIONS] += 1
            row /= np.linalg.norm(row)
        return rows

    def close(self) -> None:
        """From now on `embed` fails."""
        self._closed = True
