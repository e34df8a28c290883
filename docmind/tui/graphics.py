"""Which pictures this terminal can show, known without asking it.

A terminal that is asked answers on the keyboard's channel, and one that does not answer eats what
is typed meanwhile. So only names in the environment count: what is not known by name shows no
pictures, and `[interface] images` says otherwise. Inside tmux and screen, which swallow pictures
or misplace them, nothing is shown unless that setting says so.
"""

from __future__ import annotations

import fcntl
import io
import os
import struct
import sys
import termios
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from docmind.settings import Images

if TYPE_CHECKING:
    from textual.widget import Widget

_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
_SIXEL_TERMS = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS = ("WezTerm", "iTerm.app", "mintty", "contour")
_CELL = (10, 20)
"""Pixels of a cell where the terminal does not say: those of a VT340."""


def graphics(wanted: Images, environment: Mapping[str, str]) -> Images:
    """What pages are drawn with; `Images.OFF` where they cannot be."""
    if wanted is not Images.AUTO:
        return wanted
    if "TMUX" in environment or "STY" in environment or "CI" in environment:
        return Images.OFF
    term = environment.get("TERM", "dumb")
    if "KITTY_WINDOW_ID" in environment or term in _KITTY_TERMS:
        return Images.KITTY
    program = environment.get("TERM_PROGRAM", "")
    if term.startswith(_SIXEL_TERMS) or program in _SIXEL_PROGRAMS:
        return Images.SIXEL
    return Images.SIXEL if "KONSOLE_VERSION" in environment else Images.OFF


def cell_pixels() -> tuple[int, int]:
    """Width and height of a character cell, as the terminal's driver knows them."""
    try:
        answer = fcntl.ioctl(2, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return _CELL
    rows, columns, width, height = struct.unpack("HHHH", answer)
    if not (rows and columns and width and height):
        return _CELL
    return width // columns, height // rows


def picture_widget(kind: Images, png: bytes) -> Widget:
    """A widget that shows a PNG as large as its place allows, by one of the protocols."""
    widget: Widget = _widgets()[kind](io.BytesIO(png))
    return widget


def _widgets() -> Mapping[Images, Any]:
    """The widgets of textual-image, which asks the terminal what it can when it is imported.

    It asks only where stdout is a terminal. While it is imported there is none, and the size of a
    cell is told by the environment: so nothing is asked, and no key is lost.
    """
    width, height = cell_pixels()
    told = {"TEXTUAL_CELL_WIDTH": str(width), "TEXTUAL_CELL_HEIGHT": str(height)}
    before = {name: os.environ.get(name) for name in told}
    stdout = sys.__stdout__
    os.environ.update(told)
    sys.__stdout__ = io.StringIO()  # type: ignore[misc, assignment]
    try:
        from textual_image.widget import HalfcellImage, SixelImage, TGPImage
    finally:
        sys.__stdout__ = stdout  # type: ignore[misc]
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return {Images.KITTY: TGPImage, Images.SIXEL: SixelImage, Images.HALFCELL: HalfcellImage}
