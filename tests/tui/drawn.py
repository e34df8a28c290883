"""What is drawn on a terminal, as text that can be read and compared: the words and their styles.

An SVG of the same is ten times as large, and a difference of two of them cannot be reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from string import ascii_letters

from rich.style import Style
from textual.app import App
from textual.strip import Strip


def drawn(app: App[None]) -> str:
    """Every row with its words, below it its styles ("a12 b3": twelve cells, then three).

    The last lines say what each letter means. Of links and offsets, which are not seen, nothing.
    """
    letters: dict[str, str] = {}
    rows = []
    for row in rows_of(app):
        runs = [(_told(segment.style), segment.cell_length) for segment in row]
        styles = []
        for style, same in groupby(runs, key=lambda run: run[0]):
            letter = letters.setdefault(style, (ascii_letters * 2)[len(letters)])
            styles.append(f"{letter}{sum(cells for _, cells in same)}")
        rows.append(f"│{row.text}│\n {' '.join(styles)}")
    return "\n".join([*rows, *(f"{letter}: {style}" for style, letter in letters.items())])


def rows_of(app: App[None]) -> Iterator[Strip]:
    """The rows as the terminal gets them, where colours may be taken away."""
    background = app.screen.background_colors[1]
    for strip in app.screen._compositor.render_strips():
        for each in app._filters:
            strip = strip.apply_filter(each, background) if each.enabled else strip
        yield strip


def _told(style: Style | None) -> str:
    return str(style.clear_meta_and_links()) if style is not None else "none"
