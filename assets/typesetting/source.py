"""The markup of assets/sources: blocks divided by blank lines, one kind a block.

`# title`, `## title`, `### title`; `1.1 clause`, `(a) item`, `(i) sub-item`; `- bullet`; rows of a
table between bars, after a line `!table widths=3,1,1 aligns=lrr [wide]`; `!caption text`;
`!figure name [wide]`; `!page`; `!kind text` for any other style; `[^1]: text` for a footnote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.typesetting.blocks import Table

_HEADING = re.compile(r"(#{1,4})\s+(?:(\d+(?:\.\d+)*\.?)\s+)?(.*)", re.DOTALL)
_DIRECTIVE = re.compile(r"!(\w+)\s*(?:(\(\w\)|\d+(?:\.\d+)?\.?)\s+)?(.*)", re.DOTALL)
# The order matters: (i) is a sub-item, not the item between (h) and (j).
_LABELLED = (
    ("note", re.compile(r"\[\^(\d+)\]:\s+(.*)", re.DOTALL)),
    ("clause", re.compile(r"(\d+\.\d+)\s+(.*)", re.DOTALL)),
    ("subitem", re.compile(r"(\((?:i|ii|iii|iv|v|vi|vii)\))\s+(.*)", re.DOTALL)),
    ("item", re.compile(r"(\([a-z]\))\s+(.*)", re.DOTALL)),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a source file."""

    kind: str
    text: str
    label: str = ""
    table: Table | None = None


def blocks(path: Path) -> list[Block]:
    """Read the blocks of a source file."""
    return [_block(chunk) for chunk in _chunks(path.read_text(encoding="utf-8"))]


def _chunks(text: str) -> Iterator[str]:
    for chunk in re.split(r"\n\s*\n", text):
        if chunk.strip():
            yield chunk.strip()


def _block(chunk: str) -> Block:
    if chunk.startswith("!table"):
        return Block("table", "", table=_table(chunk))
    text = _joined(chunk)
    if found := _HEADING.fullmatch(text):
        return Block(f"h{len(found[1])}", found[3], found[2] or "")
    if found := _DIRECTIVE.fullmatch(text):
        return Block(found[1], found[3], found[2] or "")
    for kind, pattern in _LABELLED:
        if found := pattern.fullmatch(text):
            return Block(kind, found[2], found[1])
    if text.startswith("- "):
        return Block("bullet", text[2:], "•")
    return Block("body", text)


def _joined(chunk: str) -> str:
    """Join the lines of a block: with a space between words, with nothing between Han."""
    han = "\u3000-\u9fff\uff00-\uffef"
    joined = re.sub(rf"(?<=[{han}])\s*\n\s*(?=[{han}])", "", chunk)
    joined = re.sub(r"\s*\n\s*", " ", joined)
    return re.sub(r'(^|[\s(\[*—])"', r"\1“", joined).replace('"', "”").replace("'", "’")


def _table(chunk: str) -> Table:
    first, *lines = chunk.splitlines()
    options = dict(word.split("=") for word in first.split() if "=" in word)
    rows = tuple(
        tuple(_joined(cell.strip()) for cell in line.strip().removeprefix("|").split("|"))
        for line in lines
    )
    widths = tuple(float(share) for share in options["widths"].split(","))
    return Table(rows, widths, options["aligns"], spanning="wide" in first.split())
