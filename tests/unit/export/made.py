"""A small document and an answer about it, made by hand, for the tests of what is exported."""

from __future__ import annotations

import array
from dataclasses import replace

from docmind.model import (
    Answer,
    BlockKind,
    Citation,
    Claim,
    Coverage,
    Document,
    EngineName,
    Kind,
    Ledger,
    Mode,
    OutlineItem,
    Page,
    Passage,
    Status,
    WordMap,
)

TEXT = "Either party may\nterminate on notice."


def document(*, kind: Kind = Kind.PDF) -> Document:
    """Two pages: one with text and boxes, one that is only a picture."""
    words = WordMap(
        starts=array.array("I", [0, 17]).tobytes(),
        ends=array.array("I", [16, len(TEXT)]).tobytes(),
        boxes=array.array("f", [72, 72, 200, 84, 72, 90, 210, 102]).tobytes(),
    )
    first = Page(1, TEXT, "iv", Coverage.OCR, words=words, width=595.0, height=842.0)
    second = Page(2, "", None, Coverage.IMAGE)
    return Document(
        sha256="ab" * 32,
        name="contract.pdf" if kind is Kind.PDF else "contract.md",
        kind=kind,
        title="Contract",
        pages=(first, second),
        outline=(OutlineItem("Term", 1, 1), OutlineItem("Annex", 1, 2)),
        warnings=("Page 2 has no text.",),
    )


def passage(of: Document) -> Passage:
    """The passage on the first page."""
    return Passage(
        id="1.1",
        document=of.name,
        page=1,
        start=17,
        end=len(TEXT),
        text=TEXT[17:],
        kind=BlockKind.PARAGRAPH,
        sections=("Term", "Termination"),
    )


def citation(of: Document) -> Citation:
    """A citation of that passage."""
    in_lines = of.kind.places_are_lines
    return Citation(
        number=1,
        id="1.1",
        document=of.name,
        page=None if in_lines else 1,
        page_label=None if in_lines else "iv",
        lines=(2, 2) if in_lines else None,
        quote=TEXT[17:],
        start=17,
        end=len(TEXT),
        boxes=((72.0, 90.0, 210.0, 102.0),),
        status=Status.EXACT,
        ocr=True,
    )


def answer(of: Document) -> Answer:
    """An answer with one claim, in words of its own."""
    return Answer(
        question="Who may terminate?",
        found=True,
        text="Either party may terminate. [1]",
        claims=(Claim("Either party may terminate.", (1,)),),
        citations=(citation(of),),
        ledger=Ledger(
            mode=Mode.EXTRACTIVE,
            reason="no engine",
            window_tokens=None,
            document_tokens=1234,
            prompt_tokens=0,
            cached_tokens=0,
            output_tokens=0,
            tokenizer="qwen2.5",
            pages_total=2,
            pages_read=1,
            pages_without_text=(2,),
            first_token_seconds=0.01,
            seconds=0.02,
        ),
        engine=EngineName("extractive"),
        warnings=("Page 2 has no text.",),
    )


def refusal(of: Document) -> Answer:
    """An answer that says that the document does not say."""
    return replace(
        answer(of), found=False, text="The document does not say.", claims=(), citations=()
    )
