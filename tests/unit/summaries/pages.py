"""Documents for the tests of summaries, made of paragraphs."""

from __future__ import annotations

from docmind.model import Block, BlockKind, Coverage, Document, Kind, OutlineItem, Page, Summary
from docmind.passages.split import split_document
from docmind.summaries.events import Summarized, SummaryOptions
from docmind.summaries.extractive import Subject, summarize_extractive
from docmind.summaries.scoring import SentenceVectors

Piece = str | tuple[BlockKind, str]


class Words:
    """Counts words."""

    name = "words"

    def count(self, text: str) -> int:
        """About as many as there are tokens; of Chinese, as there are characters."""
        return len(text.split()) + sum(character >= "\u3400" for character in text)


def page_of(number: int, *pieces: Piece) -> Page:
    """A page of paragraphs, or of blocks of other kinds."""
    text, blocks = "", []
    for piece in pieces:
        kind, words = (BlockKind.PARAGRAPH, piece) if isinstance(piece, str) else piece
        text += "\n\n" if text else ""
        level = 1 if kind is BlockKind.HEADING else 0
        blocks.append(Block(kind, len(text), len(text) + len(words), level))
        text += words
    coverage = Coverage.TEXT if text else Coverage.IMAGE
    return Page(number, text, label=str(number), coverage=coverage, blocks=tuple(blocks))


def document_of(*pages: tuple[Piece, ...], outline: tuple[OutlineItem, ...] = ()) -> Document:
    """A PDF of such pages."""
    made = tuple(page_of(number, *pieces) for number, pieces in enumerate(pages, start=1))
    return Document("0" * 64, "a.pdf", Kind.PDF, "A document", made, outline)


def summary_of(
    document: Document,
    options: SummaryOptions | None = None,
    vectors: SentenceVectors | None = None,
) -> Summary:
    """The summary of a document."""
    subject = Subject(document, split_document(document, Words()), 100, Words.name)
    *_, last = summarize_extractive(subject, options or SummaryOptions(), vectors)
    assert isinstance(last, Summarized)
    return last.summary


def told(summary: Summary) -> list[str]:
    """All that the points say."""
    points = [*summary.overview, *summary.key_points]
    points += [point for section in summary.sections for point in section.points]
    return [point.text for point in points]
