"""How a window is shared out, in tokens.

The order is the product's promise: the answer's room and the question first, then the document;
earlier turns and recited evidence get what is left, so that they can never push a page out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from docmind.ports import ChatMessage

MOST_OUTPUT_TOKENS = 8_192
"""What Qwen2.5 can write at once, and the most that is kept free."""

_OUTPUT_SHARE = 4
_ASIDE_SHARE = 4
_EVIDENCE_SHARE = 4


class Measure(Protocol):
    """What counts as the model does; every ChatEngine does."""

    @property
    def window_tokens(self) -> int:
        """Prompt and answer together."""
        ...

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Tokens of the prompt that these messages become."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """A window: `output` is kept for the answer, `frame` is everything that must be there."""

    window: int
    output: int
    frame: int

    @property
    def documents(self) -> int:
        """Room for documents where nothing else is shown."""
        return max(0, self.window - self.output - self.frame)

    def retrieved(self, wanted: int, aside: int) -> int:
        """Room for pages that are chosen, with some left for earlier turns and evidence."""
        return min(wanted, self.documents - min(aside, self.documents // _ASIDE_SHARE))


def output_tokens(window: int, wanted: int) -> int:
    """How much of a window is kept for the answer: what is wanted, a quarter of it at most."""
    return max(1, min(wanted, MOST_OUTPUT_TOKENS, window // _OUTPUT_SHARE))


def evidence_tokens(wanted: int, documents: int, left: int) -> int:
    """How much may be recited: never more than a quarter of what it is recited from."""
    return max(0, min(wanted, documents // _EVIDENCE_SHARE, left))
