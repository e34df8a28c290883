"""Documents, hits and a cheap way to count, for tests of what a model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docmind.context.asked import Asked
from docmind.context.sheets import Copy, copy_of, letter_of
from docmind.model import Block, BlockKind, Document, Hit, Kind, Page, Turn
from docmind.passages.split import split_document
from docmind.ports import ChatMessage
from docmind.settings import ReadingMode


class WordCounter:
    """Counts words: as good as any for budgets, and cheap."""

    name = "words"

    def count(self, text: str) -> int:
        """Words in the text."""
        return len(text.split())


@dataclass(frozen=True)
class WordMeasure:
    """A window measured in words; every message costs three more for its template."""

    window_tokens: int

    def count(self, messages: Sequence[ChatMessage]) -> int:
        """Words of all messages."""
        return 3 + sum(3 + len(message.content.split()) for message in messages)


COUNTER = WordCounter()


def document(name: str, *pages: Sequence[str], kind: Kind = Kind.PDF) -> Document:
    """A document; each page is made of paragraphs."""
    made: list[Page] = []
    for number, paragraphs in enumerate(pages, start=1):
        text, blocks = "", []
        for paragraph in paragraphs:
            blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(paragraph)))
            text += paragraph + "\n"
        made.append(Page(number, text, blocks=tuple(blocks)))
    return Document("0" * 64, name, kind, name, tuple(made))


def copies(*documents: Document) -> tuple[Copy, ...]:
    """The documents as a model reads them."""
    return tuple(
        copy_of(each, split_document(each, COUNTER), letter_of(position), COUNTER)
        for position, each in enumerate(documents)
    )


def asked(
    held: tuple[Copy, ...],
    question: str = "Who pays the rent?",
    ranked: Sequence[tuple[str, int]] | None = None,
    history: tuple[Turn, ...] = (),
    mode: ReadingMode = ReadingMode.AUTO,
    require_whole: bool = False,
    output_tokens: int = 100,
) -> Asked:
    """A question; `ranked` names the pages whose passages are hits, best first (all if none)."""
    every = [
        (copy.document.name, sheet.page, passage)
        for copy in held
        for sheet in copy.sheets
        for passage in sheet.passages
    ]
    if ranked is not None:
        order = list(ranked)
        every = [each for each in every if each[:2] in order]
        every.sort(key=lambda each: order.index(each[:2]))
    hits = tuple(Hit(passage, 1 / (1 + rank)) for rank, (*_, passage) in enumerate(every))
    return Asked(
        question=question,
        copies=held,
        hits=hits,
        output_tokens=output_tokens,
        history=history,
        mode=mode,
        require_whole=require_whole,
    )
