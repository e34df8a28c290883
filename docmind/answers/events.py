"""What happens while a question is answered, in the order in which it does.

Every front end reads this one stream: Searching (again and again where words alone found no answer
and vectors are still being made), then ClaimMade as often as the engine has one, then Answered,
once and last. An error is raised from the iterator, not yielded.
"""

from __future__ import annotations

from dataclasses import dataclass

from docmind.model import Answer, Citation, Claim


@dataclass(frozen=True, slots=True)
class Searching:
    """The passages are ranked by these arms ("lexical", "lexical+dense").

    `vectors_done` is the share of the vectors that are made, while the search waits for them.
    """

    arms: str
    vectors_done: float = 1.0


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """One more statement, with its citations (verified, numbered as in the finished answer)."""

    claim: Claim
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer, whole."""

    answer: Answer


AnswerEvent = Searching | ClaimMade | Answered
