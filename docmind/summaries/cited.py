"""The citations of a summary: verified, and each stretch of a page numbered once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from docmind.answers.citations import cite, verify
from docmind.model import Citation, Document, Passage, Status
from docmind.passages.wholes import Part


@dataclass(slots=True)
class Cited:
    """Gathers what the lines of one document's summary cite, numbered from 1 as they come."""

    document: Document
    passages: Sequence[Passage]
    _found: dict[tuple[int, int, int], Citation] = field(default_factory=dict)
    _by_page: dict[int, list[Passage]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for passage in self.passages:
            self._by_page.setdefault(passage.page, []).append(passage)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All of them, in the order of their numbers."""
        return tuple(self._found.values())

    def numbers(self, parts: Iterable[Part]) -> tuple[int, ...]:
        """The numbers of the citations of these spans; one that cannot be verified has none."""
        numbers = (self._number(part) for part in parts)
        return tuple(dict.fromkeys(number for number in numbers if number))

    def _number(self, part: Part) -> int:
        place = (part.page, part.start, part.end)
        known = self._found.get(place)
        if known is not None:
            return known.number
        page = self.document.page(part.page)
        citation = cite(self.document, page, (part.start, part.end), self._passage_id(part))
        status = verify(citation, self.document)
        if status is Status.UNVERIFIED:
            return 0
        number = len(self._found) + 1
        self._found[place] = replace(citation, number=number, status=status)
        return number

    def _passage_id(self, part: Part) -> str:
        """The id of the passage that the span stands in, else of the one before it on its page."""
        own = self._by_page.get(part.page, [])
        before = [passage for passage in own if passage.start <= part.start]
        return before[-1].id if before else f"{part.page}.1"
