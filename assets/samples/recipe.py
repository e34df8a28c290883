"""How each sample is set: its styles, its front matter, its running heads and feet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assets.typesetting.blocks import Style, dotted, merged, paragraph, table
from assets.typesetting.flow import Paper, poured
from assets.typesetting.marks import Mark, Run, Sheet, Strip, Stroke
from assets.typesetting.source import Block
from assets.typesetting.words import measure

Figures = Mapping[str, Callable[[float], Strip]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A page, the style of each kind of block, and the figures that the source names."""

    paper: Paper
    styles: Mapping[str, Style]
    figures: Figures
    spanning: frozenset[str] = frozenset()

    def strips(self, blocks: Sequence[Block]) -> list[Strip]:
        """Set the blocks of a source file; footnotes travel with the line that calls them."""
        notes = {
            block.label: self._paragraph(replace(block, text=f"^{{{block.label}}} {block.text}"))
            for block in blocks
            if block.kind == "note"
        }
        found: list[Strip] = []
        held: list[Strip] = []
        for block, follower in pairwise([*blocks, Block("end", "")]):
            if block.kind == "note":
                continue
            if held:
                wide = block.kind == "caption"
                found.append(merged([*held, *self._set(block, notes, wide=wide)]))
                held = []
            elif _floats(block, follower):
                held = self._set(block, notes, wide=True)
            else:
                found += _led(self._set(block, notes), block, follower)
        return found

    def _set(
        self, block: Block, notes: Mapping[str, list[Strip]], *, wide: bool = False
    ) -> list[Strip]:
        if block.table:
            width = self.paper.text_width if block.table.spanning else self.paper.column_width
            return table(block.table, self.styles["cell"], self.styles["cellhead"], width)
        if block.kind == "figure":
            name = block.text.split()[0]
            return [self.figures[name](self.paper.text_width if wide else self.paper.column_width)]
        if block.kind in self.spanning:
            return [merged(self._paragraph(block, notes, wide=True))]
        return self._paragraph(block, notes, wide=wide)

    def _paragraph(
        self,
        block: Block,
        notes: Mapping[str, list[Strip]] | None = None,
        *,
        wide: bool = False,
    ) -> list[Strip]:
        style = self.styles[block.kind]
        if block.kind.startswith("h") and not block.label:
            style = replace(style, indent=0.0)
        label = "" if block.kind == "note" else block.label
        width = self.paper.text_width if wide else self.paper.column_width
        return paragraph(block.text, style, width, label, notes)


def _led(strips: list[Strip], block: Block, follower: Block) -> list[Strip]:
    """Keep a caption with the table that it leads."""
    if block.kind != "caption" or not follower.table:
        return strips
    return [replace(strip, keep_with_next=True) for strip in strips]


def _floats(block: Block, follower: Block) -> bool:
    """Tell whether this block and the next are a caption and a table or figure across the page."""
    if block.kind == "figure":
        return block.text.endswith(" wide")
    return block.kind == "caption" and follower.table is not None and follower.table.spanning


def contents(
    body: Sequence[Sheet], paper: Paper, styles: Mapping[str, Style], title: str
) -> list[Sheet]:
    """Set the table of contents for a body whose pages are labelled from 1."""
    strips = paragraph(title, styles["contents"], paper.text_width)
    strips[0] = replace(strips[0], anchor=None)
    for number, sheet in enumerate(body, start=1):
        for anchor, _ in sheet.anchors:
            style = styles.get(f"contents{anchor.level}")
            if style:
                strips.append(dotted(anchor.title, str(number), style, paper.text_width))
    return poured(strips, paper)


def headed(
    sheets: Sequence[Sheet], paper: Paper, head: Callable[[int], str], foot: Callable[[int], str]
) -> list[Sheet]:
    """Add a running head with a rule below it, and a centred foot, to every sheet."""
    return [
        replace(sheet, marks=(*_head(head(at), paper), *sheet.marks, *_foot(foot(at), paper)))
        for at, sheet in enumerate(sheets, start=1)
    ]


def _head(text: str, paper: Paper) -> list[Mark]:
    left, _, right = text.partition("\t")
    y = paper.top - 32
    marks: list[Mark] = [*_mixed(left, paper.left, y)]
    if right:
        marks += _mixed(right, paper.width - paper.right - _mixed_width(right), y)
    marks.append(Stroke(((paper.left, y + 5), (paper.width - paper.right, y + 5)), 0.4))
    return marks


def _foot(text: str, paper: Paper) -> list[Run]:
    return _mixed(text, (paper.width - _mixed_width(text)) / 2, paper.height - paper.bottom + 34)


def _mixed(text: str, x: float, y: float, size: float = 8.5) -> list[Run]:
    return [Run(x, y, text, _font(text), size)]


def _mixed_width(text: str, size: float = 8.5) -> float:
    return measure(text, _font(text), size)


def _font(text: str) -> str:
    return "han" if any(character >= "\u2e80" for character in text) else "serif"


def labels(front_pages: int) -> tuple[dict[str, str | int], ...]:
    """Return page labels: i, ii, ... for the front matter, then 1, 2, ..."""
    return (
        {"startpage": 0, "prefix": "", "style": "r", "firstpagenum": 1},
        {"startpage": front_pages, "prefix": "", "style": "D", "firstpagenum": 1},
    )
