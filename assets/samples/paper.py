"""The research paper: two columns, footnotes, an equation, figures drawn from numbers."""

from dataclasses import replace
from pathlib import Path

from assets.samples import SOURCES
from assets.samples.figures import capacity, hut, seasons
from assets.samples.recipe import Recipe, headed
from assets.typesetting.blocks import Style
from assets.typesetting.flow import Paper, poured
from assets.typesetting.press import Edition, press
from assets.typesetting.source import blocks
from assets.typesetting.words import Type

_PAPER = Paper(left=62, right=62, top=90, bottom=84, columns=2, gutter=20)
_BODY = Type("serif", 10.5, hyphenate=True, ligatures=True)
_SMALL = Type("serif", 8.5, hyphenate=True, ligatures=True)
_TEXT = Style(_BODY, 14.3, after=6)
_STYLES = {
    "title": Style(Type("serif-bold", 18, ligatures=True), 23.0, "center", after=8),
    "authors": Style(Type("serif", 11.5), 15.0, "center", after=3),
    "affiliation": Style(Type("serif-italic", 9), 12.0, "center", after=10),
    "abstract": Style(_BODY, 14.0, indent=36, after=14),
    "body": _TEXT,
    "h1": Style(
        Type("serif-bold", 12, ligatures=True), 16.0, "left", indent=16, before=9, after=3,
        keep_with_next=True, level=1,
    ),
    "h2": Style(
        Type("serif-bold", 10.5, ligatures=True), 14.0, "left", indent=22, before=5, after=2,
        keep_with_next=True, level=2,
    ),
    "item": replace(_TEXT, indent=18),
    "caption": Style(_SMALL, 10.8, before=3, after=7),
    "equation": Style(Type("serif", 9.6), 16.0, "center", before=2, after=6),
    "note": Style(_SMALL, 10.5),
    "reference": Style(Type("serif", 9, ligatures=True, hyphenate=True), 11.2, after=3),
    "cell": Style(Type("serif", 9), 11.5, "left"),
    "cellhead": Style(Type("serif-bold", 9), 11.5, "left"),
}  # fmt: skip
_SPANNING = frozenset({"title", "authors", "affiliation", "abstract"})


def make(target: Path) -> None:
    """Write the paper as a PDF."""
    figures = {"hut": hut, "capacity": capacity, "seasons": seasons}
    recipe = Recipe(_PAPER, _STYLES, figures, _SPANNING)
    sheets = poured(recipe.strips(blocks(SOURCES / "two-column-paper.txt")), _PAPER)
    head = "Brevold et al.\tFive Winters Without a Heater"
    first, *others = headed(sheets, _PAPER, lambda _: head, str)
    first = replace(first, marks=(*sheets[0].marks, *first.marks[-1:]))
    edition = Edition(
        "Five Winters Without a Heater",
        "A. Brevold, T. Wierzbowy, P. Okonjo-Hale, M. Sarrazin",
        "Calendar ageing of lithium iron phosphate packs (a sample document)",
        "en-GB",
        ({"startpage": 0, "prefix": "", "style": "D", "firstpagenum": 1},),
    )
    press([first, *others], _PAPER, edition, target)
