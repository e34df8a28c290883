"""Numbers as they are written for people: 1 page, 30 pages, pages 3, 7-9."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 page", "30 pages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def ranges(numbers: Iterable[int]) -> str:
    """Numbers in ascending order and in few words: 1-3, 7, 9-12."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def page_list(numbers: Iterable[int]) -> str:
    """Page numbers with runs drawn together: "page 3", "pages 3, 7-9"."""
    text = ranges(numbers)
    return f"page {text}" if text.isdigit() else f"pages {text}"
