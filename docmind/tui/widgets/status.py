"""The status line: where the reader is, what has been read, and who answers.

It is always in view and holds the routine messages too; toasts would cover the prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from docmind.tui.plain import fitted, width_of

NAME_CELLS = 16
"""A document's name is shortened to this before another fact is dropped."""


NICE_TO_KNOW = 8
"""Facts of this number and above are dropped before any other is shortened."""

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
    window_tokens: int | None = None
    mode: str = ""
    engine: str = ""
    engine_urgent: bool = False
    prefill: str = ""
    prefilling: bool = False
    arms: str = ""
    vectors_done: float | None = None
    unreadable: int = 0
    others: int = 0
    failed: bool = False
    failures: int = 0
    manner: str = ""
    """What the reader has set for the next answers."""


class Part(NamedTuple):
    """One fact of the line. The larger its number, the sooner it is shortened, then dropped.

    `tail` stays when the text is cut.
    """

    number: int
    text: str
    short: str = ""
    tail: str = ""

    def __str__(self) -> str:
        return self.text + self.tail


class StatusLine(Widget):
    """One row. A `notice` stands before everything else until it is cleared."""

    facts: reactive[StatusFacts] = reactive(StatusFacts())
    notice: reactive[str] = reactive("")

    def render(self) -> Content:
        """As many facts as fit, the least important ones dropped first."""
        notice = [Part(0, self.notice)] if self.notice else []
        texts = fitting(notice + status_parts(self.facts), self.size.width)
        rest = "".join(f"  {text}" for text in texts[1:])
        return Content.assemble((texts[0], "bold"), (rest, ""))


def fitting(parts: list[Part], width: int) -> list[str]:
    """The facts that fit.

    First what is only nice to know is dropped, then what has a shorter form is shortened, then
    the name, and at last the least important are dropped too.
    """
    parts = list(parts)
    for part in sorted(parts, key=lambda part: -part.number):
        if _width(parts) > width and part.number >= NICE_TO_KNOW:
            parts.remove(part)
    for part in sorted(parts, key=lambda part: -part.number):
        if _width(parts) > width and part.short:
            parts[parts.index(part)] = Part(part.number, part.short)
    name = next(index for index, part in enumerate(parts) if part.number == NAME)
    if (excess := _width(parts) - width) > 0:
        text, tail = parts[name].text, parts[name].tail
        cells = max(width_of(text) - excess, NAME_CELLS - len(tail))
        parts[name] = Part(NAME, fitted(text, cells), tail=tail)
    while len(parts) > 1 and _width(parts) > width:
        parts.remove(max(parts, key=lambda part: part.number))
    return [fitted(str(part), width) for part in parts]


def status_parts(facts: StatusFacts) -> list[Part]:
    """The facts in the order in which they stand."""
    others = f" +{facts.others}" if facts.others else ""
    parts = [Part(NAME, fitted(facts.name, 28), tail=others)]
    if facts.failed:
        parts.append(Part(2, "cannot be read"))
    elif facts.failures:
        failures = f"{facts.failures:,} cannot be read"
        parts.append(Part(4, failures, f"{facts.failures:,} failed"))
    if facts.position:
        parts.append(_position(facts))
    if facts.pages_come is not None:
        total = f" of {facts.total:,}" if facts.total else ""
        parts.append(Part(4, f"reading {facts.pages_come:,}{total}"))
    if facts.unreadable:
        pages = "page" if facts.unreadable == 1 else "pages"
        parts.append(
            Part(
                5,
                f"{facts.unreadable:,} {pages} not readable",
                f"{facts.unreadable:,} not readable",
            )
        )
    return parts + _model_parts(facts)


def _model_parts(facts: StatusFacts) -> list[Part]:
    """What the model reads, and which one it is."""
    parts = []
    if facts.manner:
        parts.append(Part(5, fitted(facts.manner, 60), fitted(facts.manner, 20)))
    if facts.tokens is not None:
        parts.append(_tokens(facts))
    if facts.engine:
        short = (
            facts.engine.removeprefix("ready: ")
            .removesuffix("-Instruct")
            .removesuffix(": extractive")
        )
        parts.append(Part(4 if facts.engine_urgent else 7, fitted(facts.engine, 40), short))
    if facts.prefill:
        parts.append(Part(5 if facts.prefilling else 8, facts.prefill))
    if facts.arms:
        parts.append(Part(9, _arms(facts)))
    return parts


def _tokens(facts: StatusFacts) -> Part:
    if not facts.window_tokens:
        return Part(6, f"{facts.tokens:,} tokens")
    numbers = f"{facts.tokens:,} of {facts.window_tokens:,} tokens"
    short = f"{_rounded(facts.tokens or 0)}/{_rounded(facts.window_tokens)} tokens"
    return Part(6, f"{numbers}, {facts.mode}" if facts.mode else numbers, short)


def _rounded(tokens: int) -> str:
    return f"{tokens:,}" if tokens < 1000 else f"{tokens / 1000:,.1f}K"


def _width(parts: list[Part]) -> int:
    return width_of("  ".join(map(str, parts)))


def _position(facts: StatusFacts) -> Part:
    noun, short = ("line", "l.") if facts.by_lines else ("page", "p.")
    where = f"{facts.position:,} of {facts.total:,}"
    label = fitted(facts.label, 10)
    if not label:
        return Part(2, f"{noun} {where}", f"{short}{where}")
    return Part(2, f"{noun} {where} (printed {label})", f"{short}{where} ({label})")


def _arms(facts: StatusFacts) -> str:
    arms = facts.arms.replace("+", " + ")
    if facts.vectors_done is not None and facts.vectors_done < 1:
        return f"{arms}, vectors {facts.vectors_done:.0%}"
    return arms
