"""Which sheets are read where not all of them can be."""

from __future__ import annotations

from collections.abc import Sequence

from docmind.context.prompt import Part
from docmind.context.sheets import Copy, Sheet
from docmind.model import Hit

_WHOLE_SHARE = 2
"""A document that takes at most this part of the room (a half) is read whole where it ranks."""


def ranked_sheets(copies: Sequence[Copy], hits: Sequence[Hit], room: int) -> list[Sheet]:
    """The sheets that fill the room (tokens), best first, each with a passage that ranks.

    Documents that are small beside the room come whole; the others give whole pages. Where no
    passage ranks (a question in another language than the documents), they are read from the
    beginning: a model that reads nothing would say that the documents do not say.
    """
    best = best_first(copies, hits)
    named = {copy.document.name: copy for copy in copies}
    chosen: dict[Sheet, None] = {}
    for name in dict.fromkeys(sheet.document for sheet in best):
        copy = named[name]
        if copy.tokens <= room // _WHOLE_SHARE:
            chosen.update(dict.fromkeys(copy.sheets))
            room -= copy.tokens
    opened = {sheet.document for sheet in chosen}
    for sheet in best:
        opening = 0 if sheet.document in opened else named[sheet.document].frame_tokens
        if sheet not in chosen and sheet.tokens + opening <= room:
            chosen[sheet] = None
            opened.add(sheet.document)
            room -= sheet.tokens + opening
    return list(chosen)


def best_first(copies: Sequence[Copy], hits: Sequence[Hit]) -> list[Sheet]:
    """The sheets with a passage that ranks, best first; all of them where none has one."""
    places = {
        (passage.document, passage.id): sheet
        for copy in copies
        for sheet in copy.sheets
        for passage in sheet.passages
    }
    keys = [(hit.passage.document, hit.passage.id) for hit in hits]
    ranked = dict.fromkeys(places[key] for key in keys if key in places)
    return list(ranked) or [sheet for copy in copies for sheet in copy.sheets]


def parts_of(copies: Sequence[Copy], chosen: Sequence[Sheet]) -> tuple[Part, ...]:
    """The chosen sheets in document order; documents that are read whole stand first."""
    tags = {sheet.tag for sheet in chosen}
    parts = [(copy, tuple(each for each in copy.sheets if each.tag in tags)) for copy in copies]
    read = [(copy, sheets) for copy, sheets in parts if sheets]
    return tuple(sorted(read, key=lambda part: len(part[1]) < len(part[0].sheets)))
