"""How a chosen sentence is told: with what belongs to it, as a claim, and as citations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from textwrap import dedent

from docmind.answers.candidates import Candidate
from docmind.model import BlockKind, Document, Page
from docmind.passages.sentences import ends_sentence
from docmind.passages.tables import TABLE, cells_of, heads_of, unit_above, unit_in
from docmind.passages.wholes import CUT, Part, whole_sentence

_LONGEST_CITATION = 400
_LONGEST_DEFINITION = 1_200
"""What is longer is quoted only by the lines that answer; source files without a grammar have
blocks of any length."""

_AMOUNT = re.compile(r"\d")

_MORE_FOLLOWS = ";；:："


def whole(candidate: Candidate, documents: Mapping[str, Document]) -> Candidate:
    """The sentence with what belongs to it elsewhere; a table's row has its head already."""
    document = documents[candidate.passage.document]
    page = document.page(candidate.passage.page)
    if candidate.passage.kind in TABLE:
        return _with_unit(candidate, page)
    if candidate.passage.kind is BlockKind.CODE:
        return _whole_definition(candidate, page)
    parts = whole_sentence(document, page, candidate.start, candidate.end)
    told = "".join(
        part.joint + document.page(part.page).text[part.start : part.end] for part in parts
    )
    return replace(candidate, text=told, parts=parts)


def _with_unit(row: Candidate, page: Page) -> Candidate:
    """A row with the unit of its amounts, and where that stands unless in the table's head."""
    if not _AMOUNT.search(row.text) or unit_in(row.text):
        return row
    if unit := unit_in(row.passage.table_head):
        return replace(row, unit=unit)
    if found := unit_above(page, row.start):
        unit, (start, end) = found
        own = Part(page.number, row.start, row.end)
        return replace(row, unit=unit, parts=(own, Part(page.number, start, end, CUT)))
    return row


def _whole_definition(candidate: Candidate, page: Page) -> Candidate:
    """Lines of code with the rest of the definition, or of the statement, that they are from.

    A block is one as long as it is not large (see `docmind.documents.syntax`).
    """
    for block in page.blocks:
        if block.start <= candidate.start and candidate.end <= block.end:
            if block.end - block.start > _LONGEST_DEFINITION:
                break
            part = Part(page.number, block.start, block.end)
            text = page.text[block.start : block.end]
            return replace(candidate, start=part.start, end=part.end, text=text, parts=(part,))
    return candidate


def cited_parts(candidate: Candidate) -> tuple[Part, ...]:
    """What to cite for a sentence: its parts, as one where they follow each other closely."""
    own = Part(candidate.passage.page, candidate.start, candidate.end)
    return in_few_quotations(candidate.parts or (own,))


def in_few_quotations(told: Sequence[Part]) -> tuple[Part, ...]:
    """Parts of one sentence as what to quote: one span where they follow each other closely."""
    first, last = told[0], told[-1]
    one_page = all(part.page == first.page for part in told)
    in_a_row = all(part.joint != CUT for part in told)
    if one_page and in_a_row and last.end - first.start <= _LONGEST_CITATION:
        return (Part(first.page, first.start, last.end),)
    return tuple(replace(part, joint="") for part in told)


def claim_text(candidate: Candidate) -> str:
    """How a sentence reads as a claim: on one line, a table's row with its column heads.

    One without an end gets an ellipsis; the quotation itself stays as it stands on the page. Code
    keeps its lines.
    """
    if candidate.passage.kind is BlockKind.CODE:
        return dedent(candidate.text).rstrip()
    text = " ".join(candidate.text.split())
    if candidate.passage.kind not in TABLE:
        # A sentence that is cut must not pass for a whole one, nor some items for the whole list.
        return text if ends_sentence(text) and text[-1] not in _MORE_FOLLOWS else f"{text} …"
    cells = cells_of(text)
    heads = heads_of(len(cells), candidate.passage.table_head)
    unit = f" ({candidate.unit})" if candidate.unit else ""
    alike = any(head and head == cell for head, cell in zip(heads, cells, strict=False))
    if not heads or alike:  # a second head is no row of the first one
        return text + unit
    pairs: Iterator[str] = (
        f"{head}: {cell}" if head else cell
        for head, cell in zip(heads, cells, strict=True)
        if cell
    )
    return "; ".join(pairs) + unit
