"""What happens while a question is answered, in the order in which it does.

Every front end reads this one stream: Searching (again and again where words alone found no answer
and vectors are still being made). The extractive engine then tells ClaimMade as often as it has
one; a language model Planned, PartRead while it reads every part, Prefilling while it reads for
the answer, and TextAdded while it writes it. Last and once comes Answered. An error is raised from
the iterator, not yielded; where a part of the answer was written before, it is Answered as partial
first.
"""

from __future__ import annotations

from dataclasses import dataclass

from docmind.model import Answer, Citation, Claim, Ledger, Mode


@dataclass(frozen=True, slots=True)
class Searching:
    """The passages are ranked by these arms ("lexical", "lexical+dense").

    `vectors_done` is the share of the vectors that are made, while the search waits for them;
    `doing` is what a language model, or another docmind, does for the search, in words.
    """

    arms: str
    vectors_done: float = 1.0
    doing: str = ""


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """One more statement, with its citations (verified, numbered as in the finished answer)."""

    claim: Claim
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """What the model is going to read, and why."""

    mode: Mode
    reason: str
    prompt_tokens: int
    window_tokens: int
    ledger: Ledger | None = None
    """The ledger as far as it is known by now, for an answer that is interrupted."""


@dataclass(frozen=True, slots=True)
class Prefilling:
    """The model is reading; told several times a second until it writes."""

    seconds: float


@dataclass(frozen=True, slots=True)
class PartRead:
    """So many of the parts are read, where every part is; told several times a second.

    `tokens` were read and written in all by now.
    """

    done: int
    total: int
    tokens: int


@dataclass(frozen=True, slots=True)
class TextAdded:
    """More of the answer, as Markdown; its marks [n] are those of `citations`, which are new here.

    A citation that is told here is narrowed and judged only in the finished answer.
    """

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer, whole."""

    answer: Answer


AnswerEvent = Searching | ClaimMade | Planned | Prefilling | PartRead | TextAdded | Answered
