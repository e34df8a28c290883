"""A paragraph's atoms broken into lines, all of them weighed together.

The breaks that minimise the summed badness of the whole paragraph are chosen (after Knuth and
Plass, without their fitness classes); a greedy breaker leaves rivers in narrow columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.typesetting.marks import Run
from assets.typesetting.words import Atom, measure

_HYPHEN_COST = 10.0
_STUB_COST = 60.0  # a last line of one short word
_OVERFULL_COST = 1e9
_SHRINK = 0.28  # how far a space may be narrowed, as a share of its stretch


@dataclass(frozen=True, slots=True)
class Line:
    """Atoms of one line, its natural width, and whether it ends in a hyphen or a paragraph."""

    atoms: tuple[Atom, ...]
    natural: float
    stretch: float
    hyphen: bool
    last: bool


def broken(atoms: Sequence[Atom], width: float, *, ragged: bool = False) -> list[Line]:
    """Break atoms into lines of a width in points."""
    ends = [at for at, atom in enumerate(atoms) if atom.may_end_line]
    if atoms and (not ends or ends[-1] != len(atoms) - 1):
        ends.append(len(atoms) - 1)
    best: dict[int, tuple[float, int]] = {-1: (0.0, -1)}
    for end in ends:
        best[end] = _best_start(atoms, end, best, width, ragged=ragged)
    starts = []
    at = len(atoms) - 1
    while at >= 0:
        starts.append((best[at][1] + 1, at))
        at = best[at][1]
    return [_line(atoms, first, last) for first, last in reversed(starts)]


def _best_start(
    atoms: Sequence[Atom],
    end: int,
    best: dict[int, tuple[float, int]],
    width: float,
    *,
    ragged: bool,
) -> tuple[float, int]:
    choice = (float("inf"), end - 1)
    for previous in sorted(best, reverse=True):
        line = _line(atoms, previous + 1, end)
        cost = _cost(line, width, ragged=ragged)
        if cost >= _OVERFULL_COST and choice[0] < float("inf"):
            break
        total = best[previous][0] + cost
        if total < choice[0]:
            choice = (total, previous)
    return choice


def _line(atoms: Sequence[Atom], first: int, last: int) -> Line:
    chosen = tuple(atoms[first : last + 1])
    inner = chosen[:-1]
    hyphen = chosen[-1].hyphen
    natural = sum(atom.width for atom in chosen) + sum(atom.gap for atom in inner)
    if hyphen:
        natural += measure("-", chosen[-1].font, chosen[-1].size)
    stretch = sum(atom.stretch for atom in inner)
    return Line(chosen, natural, stretch, hyphen, last + 1 == len(atoms))


def _cost(line: Line, width: float, *, ragged: bool) -> float:
    slack = width - line.natural
    penalty = _HYPHEN_COST * (3 if ragged else 1) if line.hyphen else 0.0
    if slack < 0:
        if ragged or -slack > line.stretch * _SHRINK:
            return _OVERFULL_COST * (1 - slack)
        return 80.0 * (-slack / (line.stretch * _SHRINK)) ** 2 + penalty
    if line.last:
        return penalty + (_STUB_COST if line.natural < width * 0.1 else 0.0)
    if ragged:
        return (slack / width * 20) ** 2 + penalty
    ratio = slack / line.stretch if line.stretch else slack
    return 20.0 * min(ratio, 30.0) ** 3 + 5 * min(ratio, 30.0) + penalty


def runs(line: Line, left: float, width: float, baseline: float, align: str) -> list[Run]:
    """Set one line between left and left + width: justify, left, right or center."""
    slack = width - line.natural
    share = _share(line, slack) if align == "justify" else 0.0
    x = left + {"right": slack, "center": slack / 2}.get(align, 0.0)
    found: list[Run] = []
    pending = ""
    start = x
    for at, atom in enumerate(line.atoms):
        final = at + 1 == len(line.atoms)
        if not pending:
            start = x
        pending += atom.text
        x += atom.width
        grow = 0.0 if final else atom.gap + atom.stretch * share
        if final and line.hyphen:
            pending += "-"
        if final or grow or _differs(atom, line.atoms[at + 1]):
            shown = pending + (" " if atom.gap and not final else "")
            found.append(Run(start, baseline - atom.rise, shown, atom.font, atom.size))
            pending = ""
        x += grow
    return found


def _share(line: Line, slack: float) -> float:
    if not line.stretch or (line.last and slack > 0):
        return 0.0
    return max(slack / line.stretch, -_SHRINK)


def _differs(one: Atom, other: Atom) -> bool:
    return (one.font, one.size, one.rise) != (other.font, other.size, other.rise)
