"""The status line: where the reader is, what has been read, and who answers.

It is always in view and holds the routine messages too; toasts would cover the prompt.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from docmind.tui.plain import fitted, width_of

NAME_CELLS = 16
"""A document's name is shortened to this before another fact is dropped."""


NAME = 3
"""How important the name is: less than where the reader is and what has just been said."""


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What the line tells. `position` counts pages, or lines where `by_lines`."""

    name: str = ""
    position: int = 0
    total: int = 0
    label: str = ""
    by_lines: bool = False
    pages_come: int | None = None
    tokens: int | None = None
    engine: str = ""
    arms: str = ""
    vectors_done: float | None = None
    unreadable: int = 0
    others: int = 0
    failed: bool = False


class StatusLine(Widget):
    """One row. A `notice` stands before everything else until it is cleared."""

    facts: reactive[StatusFacts] = reactive(StatusFacts())
    notice: reactive[str] = reactive("")

    def render(self) -> Content:
        """As many facts as fit, the least important ones dropped first."""
        notice = [(0, self.notice)] if self.notice else []
        texts = fitting(notice + status_parts(self.facts), self.size.width - 2)
        rest = "".join(f"  {text}" for text in texts[1:])
        return Content.assemble((texts[0], "bold"), (rest, ""))


def fitting(parts: list[tuple[int, str]], width: int) -> list[str]:
    """The facts that fit: first the name is shortened, then the least important are dropped."""
    parts = list(parts)
    name = next(index for index, (number, _) in enumerate(parts) if number == NAME)
    if (excess := _width(parts) - width) > 0:
        cells = max(width_of(parts[name][1]) - excess, NAME_CELLS)
        parts[name] = (NAME, fitted(parts[name][1], cells))
    while len(parts) > 1 and _width(parts) > width:
        parts.remove(max(parts, key=lambda part: part[0]))
    return [fitted(text, width) for _, text in parts]


def status_parts(facts: StatusFacts) -> list[tuple[int, str]]:
    """The facts in the order in which they stand; the larger the number, the sooner dropped."""
    others = f" +{facts.others}" if facts.others else ""
    parts = [(NAME, fitted(facts.name, 28) + others)]
    if facts.failed:
        parts.append((2, "cannot be read"))
    if facts.position:
        parts.append((2, _position(facts)))
    if facts.pages_come is not None:
        total = f" of {facts.total:,}" if facts.total else ""
        parts.append((4, f"reading {facts.pages_come:,}{total}"))
    if facts.unreadable:
        parts.append((5, f"{facts.unreadable:,} not readable"))
    if facts.tokens is not None:
        parts.append((6, f"{facts.tokens:,} tokens"))
    if facts.engine:
        parts.append((7, facts.engine))
    if facts.arms:
        parts.append((8, _arms(facts)))
    return parts


def _width(parts: list[tuple[int, str]]) -> int:
    return width_of("  ".join(text for _, text in parts))


def _position(facts: StatusFacts) -> str:
    noun = "line" if facts.by_lines else "page"
    label = f" (printed {fitted(facts.label, 10)})" if facts.label else ""
    return f"{noun} {facts.position:,} of {facts.total:,}{label}"


def _arms(facts: StatusFacts) -> str:
    arms = facts.arms.replace("+", " + ")
    if facts.vectors_done is not None and facts.vectors_done < 1:
        return f"{arms}, vectors {facts.vectors_done:.0%}"
    return arms
