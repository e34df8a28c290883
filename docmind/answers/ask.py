"""A question in, a stream of events out: the main flow of docmind, for every front end.

A generator, so that closing it cancels. All that is slow or fails happens inside it, never in the
front end that reads it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from docmind.answers.candidates import Candidate
from docmind.answers.citations import cite, verify
from docmind.answers.events import Answered, AnswerEvent, ClaimMade, Searching
from docmind.answers.extractive import extract
from docmind.answers.question import Question, analyse, checked
from docmind.answers.reading import Reading
from docmind.answers.told import cited_parts, claim_text
from docmind.model import Answer, BlockKind, Citation, Claim, EngineName, Ledger, Mode, Status
from docmind.passages.fences import fenced
from docmind.passages.wholes import Part
from docmind.settings import AnswerSettings, Language

EXTRACTIVE = EngineName("extractive")

_NUMBER_IN_BRACKETS = re.compile(r"\[\d+\]")
"""What the source writes as docmind writes its citations."""

_NOTHING_FOUND = {
    "en": "The text does not seem to say: no sentence was found that answers this.",
    "zh": "文中似乎没有说明：没有找到能回答这个问题的句子。",
}
"""Not that the document does not say: whoever only compares words cannot know that."""
_LANGUAGES_DIFFER = {
    "en": "No sentence was found: the question and the documents are in different languages.",
    "zh": "没有找到句子：问题与文档的语言不同。",
}
_OTHER_WORDS = {
    "en": "Only sentences that say it in similar words are found; other words may find it.",
    "zh": "只能找到措辞相近的句子；换一种说法也许能找到。",
}
WEAK_NOTES = {
    "en": "The evidence is weak: it is close to the question, but may not answer it.",
    "zh": "证据较弱：与问题相近，但未必能回答问题。",
}
_LEFT_OUT = {
    "en": (
        "One sentence more answers as well: raise max_claims under [answers] in config.toml.",
        "{:,} sentences more answer as well: raise max_claims under [answers] in config.toml.",
    ),
    "zh": ("另有{:,}句同样回答了这个问题；可在 config.toml 的 [answers] 中调大 max_claims。",) * 2,
}


def ask(
    text: str,
    reading: Reading,
    settings: AnswerSettings,
    *,
    pages: range | None = None,
    begun: float | None = None,
) -> Generator[AnswerEvent, None, bool]:
    """Answer a question with the extractive engine; only from `pages` (physical) where given.

    `begun` is when it was asked (`time.monotonic`), where that was earlier than now. Returns false
    where it gave no answer because the reading is not settled. Raises UsageError for a question
    that is empty or longer than MAX_QUESTION_CHARACTERS.
    """
    begun = time.monotonic() if begun is None else begun
    question = analyse(checked(text))
    arms = reading.retriever.arms
    yield Searching(arms)
    found = extract(
        question,
        reading.retriever,
        reading.documents,
        max_claims=settings.max_claims,
        pages=pages,
    )
    if found.weak and not reading.settled:
        return False
    # An arm that died meanwhile had no vote, and one that has just come had none either.
    arms = min(arms, reading.retriever.arms, key=len)
    first_seconds = time.monotonic() - begun
    claims = list(_claims(found.chosen, reading))
    for claim, citations in claims:
        yield ClaimMade(claim, citations)
    language = words_in(settings.language, question.language)
    seconds = (first_seconds, time.monotonic() - begun)
    ledger = _ledger(reading, arms, pages, seconds, reading.reason[language])
    weak = found.weak and bool(claims)
    foreign = _language_note(question, reading, language) if found.weak else ()
    warnings = (
        *((WEAK_NOTES[language],) if weak else ()),
        *_left_out(found.left_out, language),
        *(foreign or (() if claims else (_OTHER_WORDS[language],))),
        *reading.warnings(pages, language, searched=True),
    )
    told = _text([claim for claim, _ in claims], language, foreign=bool(foreign))
    answer = _answer(question.text, told, claims, ledger, language)
    yield Answered(replace(answer, warnings=warnings, weak=weak))
    return True


def _answer(
    question: str,
    text: str,
    claims: Sequence[tuple[Claim, tuple[Citation, ...]]],
    ledger: Ledger,
    language: str,
) -> Answer:
    return Answer(
        question=question,
        found=bool(claims),
        text=text,
        claims=tuple(claim for claim, _ in claims),
        citations=tuple(citation for _, new in claims for citation in new),
        ledger=ledger,
        engine=EXTRACTIVE,
        warnings=(),
        language=language,
    )


def _language_note(question: Question, reading: Reading, language: str) -> tuple[str, ...]:
    compared = reading.retriever.similarities(question.text, (question.text,))
    return reading.language_note(question.language, language, by_words=compared is None)


def _left_out(count: int, language: str) -> tuple[str, ...]:
    one, several = _LEFT_OUT[language]
    return ((one if count == 1 else several).format(count),) if count else ()


def words_in(wanted: Language, asked: str) -> str:
    """The language of docmind's own words ("en", "zh"), for a question in that language."""
    return asked if wanted is Language.AUTO else wanted.value


def _claims(
    chosen: Sequence[Candidate], reading: Reading
) -> Iterator[tuple[Claim, tuple[Citation, ...]]]:
    """Each sentence as a claim with the citations that are new, numbered from 1.

    What two claims share, such as the opening of a list, is cited once. A claim with a part that
    cannot be verified is dropped.
    """
    numbers: dict[tuple[str, Part], int] = {}
    for candidate in chosen:
        document = reading.documents[candidate.passage.document]
        made = [_citation(candidate, part, reading) for part in cited_parts(candidate)]
        if any(citation.status is Status.UNVERIFIED for _, citation in made):
            continue
        new: list[Citation] = []
        for part, citation in made:
            if (document.name, part) not in numbers:
                numbers[document.name, part] = len(numbers) + 1
                new.append(replace(citation, number=len(numbers)))
        told = tuple(numbers[document.name, part] for part, _ in made)
        is_code = candidate.passage.kind is BlockKind.CODE
        yield Claim(claim_text(candidate), told, code=is_code), tuple(new)


def _citation(candidate: Candidate, part: Part, reading: Reading) -> tuple[Part, Citation]:
    """A part of the candidate as a citation, with the status that a check of the page gives it."""
    own = candidate.passage
    document = reading.documents[own.document]
    inside = part.page == own.page and own.start <= part.start < own.end
    at = own if inside else reading.retriever.passage_at(own.document, part.page, part.start)
    span = (part.start, part.end)
    citation = cite(document, document.page(part.page), span, (at or own).id)
    return part, replace(citation, status=verify(citation, document))


def _text(claims: Sequence[Claim], language: str, *, foreign: bool) -> str:
    """The answer as one text: the claims with their citation marks, or that there is none.

    `foreign`: the documents are in another language than the question.
    """
    if claims:
        marks = ["".join(f"[{number}]" for number in claim.citations) for claim in claims]
        texts = [_in_markdown(claim) for claim in claims]
        return "\n\n".join(f"{text}{mark}" for text, mark in zip(texts, marks, strict=True))
    return (_LANGUAGES_DIFFER if foreign else _NOTHING_FOUND)[language]


def _in_markdown(claim: Claim) -> str:
    """A claim up to its marks: lines of code as a block, text without marks of its own."""
    if claim.code:
        return f"{fenced(claim.text)}\n\n"
    return _NUMBER_IN_BRACKETS.sub(r"\\\g<0>", claim.text) + " "


def _ledger(
    reading: Reading, arms: str, pages: range | None, seconds: tuple[float, float], reason: str
) -> Ledger:
    """What was read. The extractive engine has no window: it searches all pages that have text."""
    looked_at = [page for page in reading.pages if pages is None or page.number in pages]
    return Ledger(
        mode=Mode.EXTRACTIVE,
        reason=reason,
        window_tokens=None,
        document_tokens=reading.document_tokens,
        prompt_tokens=0,
        cached_tokens=0,
        output_tokens=0,
        tokenizer=reading.tokenizer,
        pages_total=len(reading.pages),
        pages_read=sum(page.coverage.readable for page in looked_at),
        pages_without_text=reading.pages_without_text,
        first_token_seconds=round(seconds[0], 4),
        seconds=round(seconds[1], 4),
        retrieval=arms,
    )
