"""What the core asks of the outside world, as Protocols; `docmind.workspace` plugs adapters in.

After `docmind.model` these three modules are the next thing to read: all the seams.
"""

from typing import TYPE_CHECKING

from docmind.ports.chat import (
    WITHHELD,
    ChatEngine,
    ChatEvent,
    ChatFinished,
    ChatMessage,
    ChatRequest,
    ChatText,
    ChatWaiting,
    CitationTags,
    EnginePhase,
    EngineSource,
    EngineState,
)
from docmind.ports.finding import (
    Embedder,
    PassageStore,
    Retriever,
    TokenCounter,
    VectorStore,
)
from docmind.ports.reading import (
    DocumentRead,
    PagesRead,
    Reader,
    ReadEvent,
    TokensCounted,
)

if TYPE_CHECKING:
    from docmind.ports.finding import Vectors

__all__ = [
    "WITHHELD",
    "ChatEngine",
    "ChatEvent",
    "ChatFinished",
    "ChatMessage",
    "ChatRequest",
    "ChatText",
    "ChatWaiting",
    "CitationTags",
    "DocumentRead",
    "Embedder",
    "EnginePhase",
    "EngineSource",
    "EngineState",
    "PagesRead",
    "PassageStore",
    "ReadEvent",
    "Reader",
    "Retriever",
    "TokenCounter",
    "TokensCounted",
    "VectorStore",
    "Vectors",
]
