"""Summaries and extractions: what is told of a whole document, every line with its evidence.

The citations of all lines stand once, in the summary, and the lines name their numbers, so that
what two lines share is cited once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docmind.model.answers import Citation, EngineName, Ledger


@dataclass(frozen=True, slots=True)
class Point:
    """One statement of a summary, with the numbers of the citations that support it.

    `supported` is false where a model's statement was found in none of its evidence.
    """

    text: str
    citations: tuple[int, ...]
    supported: bool = True


@dataclass(frozen=True, slots=True)
class SectionPoints:
    """What a section of the outline says; its pages are physical, both inclusive."""

    title: str
    first_page: int
    last_page: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that the document states: a party, a date, an amount, a definition.

    `kind` says what sort within its list ("supplier", "effective date", "cap"); empty if unknown.
    """

    value: str
    kind: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document states, by sort."""

    parties: tuple[Fact, ...] = ()
    people: tuple[Fact, ...] = ()
    organizations: tuple[Fact, ...] = ()
    dates: tuple[Fact, ...] = ()
    amounts: tuple[Fact, ...] = ()
    definitions: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadCoverage:
    """How much of a document was read; `complete` where every page that has text was."""

    pages_total: int
    pages_read: int
    pages_without_text: tuple[int, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A structured summary of one document. `document` is the Document's name."""

    document: str
    overview: tuple[Point, ...]
    key_points: tuple[Point, ...]
    sections: tuple[SectionPoints, ...]
    facts: Facts
    citations: tuple[Citation, ...]
    coverage: ReadCoverage
    ledger: Ledger
    engine: EngineName
    warnings: tuple[str, ...] = ()
    language: str = "en"
    """The language of the summary's own words: "en", "zh"."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """The user's schema, filled from one document.

    `data` is valid against the schema; `evidence` has the citation numbers of each leaf by its
    JSON pointer, and `unsupported` the pointers of values that their evidence does not contain.
    """

    document: str
    data: Any
    evidence: dict[str, tuple[int, ...]]
    unsupported: tuple[str, ...]
    citations: tuple[Citation, ...]
    coverage: ReadCoverage
    ledger: Ledger
    engine: EngineName
    warnings: tuple[str, ...] = ()
