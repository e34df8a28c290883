"""What can stand on a page, and the strip of it that is placed as one.

Coordinates are points; inside a Strip they run from its top left corner, y downwards, and a
page shifts them when the strip finds its place.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Run:
    """Text on one baseline in one font."""

    x: float
    y: float
    text: str
    font: str
    size: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """An open line through points."""

    points: tuple[tuple[float, float], ...]
    width: float = 0.5
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A grey rectangle: left, top, right, bottom; grey 0 is black."""

    left: float
    top: float
    right: float
    bottom: float
    grey: float


Mark = Run | Stroke | Fill


def shifted(mark: Mark, right: float, down: float) -> Mark:
    """Return the same mark, moved by points."""
    match mark:
        case Run():
            return replace(mark, x=mark.x + right, y=mark.y + down)
        case Stroke():
            return replace(mark, points=tuple((x + right, y + down) for x, y in mark.points))
        case Fill():
            return replace(
                mark,
                left=mark.left + right,
                right=mark.right + right,
                top=mark.top + down,
                bottom=mark.bottom + down,
            )


@dataclass(frozen=True, slots=True)
class Anchor:
    """A heading that the outline and the table of contents name."""

    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a column that is never divided: a line, a table row, a figure.

    `head` is set again when the strip opens a column (the header row of a table that goes on);
    `notes` are footnotes that must stand at the foot of the same column.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    before: float = 0.0
    keep_with_next: bool = False
    spanning: bool = False
    breaks_page: bool = False
    anchor: Anchor | None = None
    head: tuple["Strip", ...] = ()
    notes: tuple["Strip", ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One finished page: its marks, and the headings that begin on it with their height."""

    marks: tuple[Mark, ...]
    anchors: tuple[tuple[Anchor, float], ...] = ()
