"""The services agreement: cover, contents, 26 clauses, four schedules, signatures."""

from dataclasses import replace
from pathlib import Path

from assets.samples import SOURCES
from assets.samples.recipe import Recipe, contents, headed, labels
from assets.typesetting.blocks import Style, paragraph
from assets.typesetting.flow import Paper, poured
from assets.typesetting.marks import Sheet, Strip, Stroke
from assets.typesetting.press import Edition, press
from assets.typesetting.source import blocks
from assets.typesetting.words import Type

_PAPER = Paper(left=82, right=82, top=98, bottom=90)
_BODY = Type("serif", 11, hyphenate=True)
_PLAIN = Type("serif", 11)
_BOLD = Type("serif-bold", 11)
_CELL = Type("serif", 9.5)
_TEXT = Style(_BODY, 16.5, after=8)
_STYLES = {
    "body": _TEXT,
    "date": replace(_TEXT, type=_PLAIN, after=10),
    "party": replace(_TEXT, indent=36),
    "party_title": Style(_BOLD, 18.0, "left", before=10, after=4, keep_with_next=True),
    "def": replace(_TEXT, indent=36),
    "h1": Style(
        Type("serif-bold", 12), 17.0, "left", 36, before=14, after=6, keep_with_next=True, level=1
    ),
    "clause": replace(_TEXT, indent=36),
    "item": replace(_TEXT, indent=62, label_at=38, after=6),
    "subitem": replace(_TEXT, indent=86, label_at=64, after=6),
    "schedule": Style(
        Type("serif-bold", 15), 22.0, "center", after=14, keep_with_next=True, level=1,
        new_page=True,
    ),
    "signatures": Style(
        Type("serif-bold", 15), 22.0, "center", after=14, keep_with_next=True, level=1,
        new_page=True,
    ),
    "paragraph": replace(_TEXT, indent=36),
    "caption": Style(_BOLD, 15.0, "left", before=6, after=2, keep_with_next=True),
    "cell": Style(_CELL, 13.5, "left"),
    "cellhead": Style(Type("serif-bold", 9.5), 13.5, "left"),
    "contents": Style(Type("serif-bold", 15), 22.0, "left", after=12),
    "contents1": Style(_PLAIN, 19.0, "left"),
}  # fmt: skip
_COVER = (
    ("Dated 14 March 2025", 12, 90),
    ("**Northmoor Logistics plc**", 17, 90),
    ("and", 12, 16),
    ("**Calder Vane Technology Limited**", 17, 16),
    ("**Master Services Agreement**", 25, 80),
    ("for the design, build, hosting and support of logistics systems", 13, 12),
    ("Agreement number NL-2025-0147", 11, 120),
    ("Version 3.2 (execution copy)", 11, 4),
    ("A specimen: the parties, the people and the sums are invented.", 9, 60),
)


def make(target: Path) -> None:
    """Write the agreement as a PDF."""
    recipe = Recipe(_PAPER, _STYLES, {})
    body = poured(recipe.strips(blocks(SOURCES / "services-agreement.txt")), _PAPER)
    front = contents(body, _PAPER, _STYLES, "Contents")
    total = len(body)
    title = "Master Services Agreement — Confidential"
    body = headed(body, _PAPER, lambda _: title, lambda at: f"Page {at} of {total}")
    front = headed(front, _PAPER, lambda _: title, lambda at: ("i", "ii", "iii", "iv")[at])
    edition = Edition(
        "Master Services Agreement",
        "Northmoor Logistics plc and Calder Vane Technology Limited",
        "Design, build, hosting and support of logistics systems (a specimen)",
        "en-GB",
        labels(len(front) + 1),
    )
    press([_cover(), *front, *body], _PAPER, edition, target)


def _cover() -> Sheet:
    strips: list[Strip] = []
    for text, size, before in _COVER:
        style = Style(Type("serif", size), size * 1.35, "center", before=before)
        strips += paragraph(text, style, _PAPER.text_width)
    (sheet,) = poured([Strip(1.0), *strips], replace(_PAPER, bottom=40))
    rules = (
        Stroke(((150, 452), (445, 452)), 1.0),
        Stroke(((150, 545), (445, 545)), 1.0),
    )
    return replace(sheet, marks=(*sheet.marks, *rules))
