"""The nouns of docmind, as frozen values without I/O: documents, answers, summaries."""

from docmind.model.answers import (
    Answer,
    Citation,
    Claim,
    EngineName,
    Hit,
    Ledger,
    Mode,
    Status,
    Turn,
)
from docmind.model.documents import (
    KIND_BY_SUFFIX,
    Block,
    BlockKind,
    Box,
    Coverage,
    Document,
    Kind,
    OutlineItem,
    Page,
    Passage,
    WordMap,
)

__all__ = [
    "KIND_BY_SUFFIX",
    "Answer",
    "Block",
    "BlockKind",
    "Box",
    "Citation",
    "Claim",
    "Coverage",
    "Document",
    "EngineName",
    "Hit",
    "Kind",
    "Ledger",
    "Mode",
    "OutlineItem",
    "Page",
    "Passage",
    "Status",
    "Turn",
    "WordMap",
]
