"""The figures of the paper, drawn from the numbers that its text reports."""

from collections.abc import Sequence

from assets.typesetting.marks import Fill, Mark, Run, Strip, Stroke
from assets.typesetting.words import measure

_SIZE = 7.5
_LOSS_AFTER_FIVE_YEARS = {"100%": 13.5, "80%": 9.3, "60%": 7.1}
_EXPONENT = 0.62
_QUARTERS = ("January–March", "April–June", "July–September", "October–December")
_SHARES = {"100%": (8, 24, 51, 17), "80%": (7, 23, 54, 16), "60%": (5, 22, 58, 15)}
_GREYS = {"100%": 0.25, "80%": 0.55, "60%": 0.82}


def _text(x: float, y: float, text: str, align: str = "left") -> Run:
    width = measure(text, "sans", _SIZE)
    shift = {"left": 0.0, "center": width / 2, "right": width}[align]
    return Run(x - shift, y, text, "sans", _SIZE)


def _frame(left: float, top: float, right: float, bottom: float) -> Stroke:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return Stroke(corners, 0.7)


def hut(width: float) -> Strip:
    """Draw the two packs of a hut with their chargers, sensors and the portable load."""
    marks: list[Mark] = [_frame(4, 8, width - 4, 132)]
    for name, left in (("A", 18.0), ("B", 98.0)):
        marks += [
            _frame(left, 84, left + 62, 120),
            _text(left + 31, 105, f"Pack {name}", "center"),
        ]
        marks += [
            _frame(left, 26, left + 62, 50),
            _text(left + 31, 41, f"Charger {name}", "center"),
        ]
        marks += [Stroke(((left + 31, 50), (left + 31, 84)), 0.7), _text(left + 48, 96, "T")]
        marks.append(Fill(left + 42, 90, left + 46, 94, 0.0))
    right = width - 66
    marks += [
        _frame(right, 26, width - 16, 50),
        _text((right + width - 16) / 2, 41, "Radio", "center"),
    ]
    marks += [_frame(right, 84, width - 16, 120)]
    marks += [_text((right + width - 16) / 2, 100, "Portable", "center")]
    marks += [_text((right + width - 16) / 2, 110, "load", "center")]
    marks += [Stroke(((160, 102), (right, 102)), 0.7, dashed=True)]
    marks += [Stroke(((160, 92), (right - 12, 92), (right - 12, 38), (right, 38)), 0.7)]
    return Strip(138, tuple(marks), before=6, keep_with_next=True)


def capacity(width: float) -> Strip:
    """Draw the mean capacity of the three groups over five years."""
    left, top, right, bottom = 34.0, 8.0, width - 34, 130.0

    def place(year: float, retained: float) -> tuple[float, float]:
        return left + year / 5 * (right - left), bottom - (retained - 84) / 16 * (bottom - top)

    marks: list[Mark] = [_frame(left, top, right, bottom)]
    marks += [_text(place(at, 84)[0], bottom + 10, str(at), "center") for at in range(6)]
    for retained in range(84, 101, 4):
        y = place(0, retained)[1]
        marks += [_text(left - 4, y + 2.5, f"{retained}%", "right")]
        marks.append(Stroke(((left, y), (right, y)), 0.2, dashed=True))
    for name, loss in _LOSS_AFTER_FIVE_YEARS.items():
        curve = [(at / 4, 100 - loss * (at / 20) ** _EXPONENT) for at in range(21)]
        points = [place(year, retained) for year, retained in curve]
        marks.append(Stroke(tuple(points), 0.9))
        marks += [Fill(x - 1.6, y - 1.6, x + 1.6, y + 1.6, 0.0) for x, y in points[4::4]]
        marks.append(_text(right + 4, points[-1][1] + 2.5, name))
    marks.append(_text((left + right) / 2, bottom + 21, "Years since October 2019", "center"))
    return Strip(156, tuple(marks), before=6, keep_with_next=True)


def seasons(width: float) -> Strip:
    """Draw the share of the yearly loss in each quarter, for the three groups."""
    left, top, bottom = 34.0, 8.0, 112.0
    group = (width - left - 10) / 4
    marks: list[Mark] = [Stroke(((left, top), (left, bottom), (width - 10, bottom)), 0.7)]
    for percent in range(0, 61, 20):
        y = bottom - percent / 60 * (bottom - top)
        marks.append(_text(left - 4, y + 2.5, f"{percent}%", "right"))
    for at, quarter in enumerate(_QUARTERS):
        start = left + at * group
        marks.append(_text(start + group / 2, bottom + 11, quarter, "center"))
        marks += _bars(start + group / 2 - 36, bottom, [(n, s[at]) for n, s in _SHARES.items()])
    return Strip(128, tuple(marks), before=6)


def _bars(start: float, bottom: float, values: Sequence[tuple[str, int]]) -> list[Mark]:
    marks: list[Mark] = []
    for at, (name, percent) in enumerate(values):
        left = start + at * 25
        top = bottom - percent / 60 * 104
        marks.append(Fill(left, top, left + 20, bottom, _GREYS[name]))
        marks.append(_text(left + 10, top - 2, str(percent), "center"))
    return marks
