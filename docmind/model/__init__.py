"""The nouns of docmind, as frozen values without I/O: documents, answers, summaries."""

from typing import TYPE_CHECKING

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
    Link,
    OutlineItem,
    Page,
    Passage,
    WordMap,
)
from docmind.model.sessions import (
    Outcome,
    Rating,
    Scope,
    Session,
    SessionDocument,
    SessionTurn,
)

if TYPE_CHECKING:
    from docmind.model.summaries import (
        Extraction,
        Fact,
        Facts,
        Point,
        ReadCoverage,
        SectionPoints,
        Summary,
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
    "Extraction",
    "Fact",
    "Facts",
    "Hit",
    "Kind",
    "Ledger",
    "Link",
    "Mode",
    "Outcome",
    "OutlineItem",
    "Page",
    "Passage",
    "Point",
    "Rating",
    "ReadCoverage",
    "Scope",
    "SectionPoints",
    "Session",
    "SessionDocument",
    "SessionTurn",
    "Status",
    "Summary",
    "Turn",
    "WordMap",
]


def __getattr__(name: str) -> object:
    """Summaries, which the first paint of the terminal need not wait for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from docmind.model import summaries

    return getattr(summaries, name)
