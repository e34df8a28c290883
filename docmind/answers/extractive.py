"""The engine that needs no model: it answers with the document's own sentences.

It never writes a word of its own into an answer; what it can do is choose, order, and decline. The
claim is the sentence, and the sentence is the citation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import dedent

from docmind.answers.calibration import HYBRID, LEXICAL
from docmind.answers.candidates import Candidate, candidates
from docmind.answers.question import Question
from docmind.answers.stated import stated
from docmind.model import BlockKind, Document, Page
from docmind.passages.sentences import ends_sentence
from docmind.passages.wholes import CUT, Part, whole_sentence
from docmind.ports import Retriever
from docmind.retrieval.terms import Terms

PASSAGES_READ = 12
"""How many of the best passages are looked at sentence by sentence."""

_LONGEST_CITATION = 400
_LONGEST_DEFINITION = 1_200
"""What is longer is quoted only by the lines that answer; source files without a grammar have
blocks of any length."""

_TABLE = (BlockKind.TABLE_ROW, BlockKind.TABLE_HEAD)

_SHARE_OF_BEST = 0.45
"""A further sentence must be this probable, relative to the best, to be worth a reader's time."""

_SHARE_OF_WEAK_BEST = 0.2
"""The same where even the best one is doubtful: then a choice of places serves better."""

_SHARE_OF_BEST_ODDS = 0.7
"""Sentences whose odds are at least this share of the best one's are told shortest first."""

_ALL = 0.999
"""The coverage of a sentence that has every term of the question."""

_TOO_ALIKE = 0.6
"""Two sentences that share this much of the smaller one's terms say the same thing."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The sentences that answer, in the order in which to show them; none: it does not say."""

    chosen: tuple[Candidate, ...]
    weak: bool
    """Whether it is doubtful that these sentences answer, or sure that none does."""


def extract(
    question: Question,
    retriever: Retriever,
    documents: Mapping[str, Document],
    *,
    max_claims: int,
    pages: range | None = None,
) -> Extract:
    """Choose the sentences that answer a question, or none.

    What states the very fact that is asked for goes first, and is sure.
    """
    facts = stated(question, retriever, documents, pages)
    chosen, weak = _found_by_words(question, retriever, documents, max_claims, pages)
    if facts.found:
        told = [_whole(fact, documents) for fact in facts.found]
        told += [] if weak or facts.complete else _not_told(told, chosen)
        return Extract(tuple(told[:max_claims]), weak=False)
    return Extract(tuple(chosen), weak=weak)


def _found_by_words(
    question: Question,
    retriever: Retriever,
    documents: Mapping[str, Document],
    max_claims: int,
    pages: range | None,
) -> tuple[Sequence[Candidate], bool]:
    """The sentences that rank best, and whether they are weak evidence."""
    hits = retriever.search(question.text, limit=PASSAGES_READ, pages=pages)
    pool = candidates(question, hits, documents, retriever)
    if not pool:
        return (), True
    dense = any(candidate.features.cosine for candidate in pool)
    calibration = HYBRID if dense else LEXICAL
    ranked = calibration.ranked(pool)
    confidence = calibration.confidence(ranked)
    if confidence < calibration.threshold:
        return (), True
    weak = confidence < calibration.sure or _is_vague(pool, max_claims)
    chosen = _choose(ranked, documents, max_claims, weak=weak)
    return _shortest_first(chosen), weak


def _not_told(told: Sequence[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """Those of the others that say something else."""
    terms = Terms()
    said = [set(terms.of(each.text)) for each in told]
    return [
        other
        for other in others
        if not any(_alike(set(terms.of(other.text)), words) for words in said)
    ]


def _is_vague(pool: Sequence[Candidate], max_claims: int) -> bool:
    """Whether more sentences say all that the question says than can be told.

    Then its words do not tell which of them answers: "Who are the parties?" of a contract.
    """
    return sum(candidate.features.coverage > _ALL for candidate in pool) > max_claims


def _choose(
    ranked: Sequence[tuple[float, Candidate]],
    documents: Mapping[str, Document],
    max_claims: int,
    *,
    weak: bool,
) -> list[tuple[float, Candidate]]:
    """The best sentences that say different things and are not far behind the best, whole.

    Where the evidence is weak, they are of different passages.
    """
    share = _SHARE_OF_WEAK_BEST if weak else _SHARE_OF_BEST
    terms = Terms()
    chosen: list[tuple[float, Candidate]] = []
    said: list[set[str]] = []
    for probability, candidate in ranked:
        if len(chosen) == max_claims or probability < ranked[0][0] * share:
            break
        words = set(terms.of(candidate.text))
        told = any(_alike(words, others) for others in said)
        again = weak and any(candidate.passage == held.passage for _, held in chosen)
        if not (told or again or any(_tells(held, candidate) for _, held in chosen)):
            chosen.append((probability, _whole(candidate, documents)))
            said.append(words)
    return chosen


def _tells(held: Candidate, candidate: Candidate) -> bool:
    """Whether a sentence is a part of what another one is told with."""
    return held.passage.document == candidate.passage.document and any(
        part.page == candidate.passage.page
        and part.start <= candidate.start
        and candidate.end <= part.end
        for part in held.parts
    )


def _alike(words: set[str], others: set[str]) -> bool:
    return len(words & others) > _TOO_ALIKE * min(len(words), len(others))


def _shortest_first(chosen: Sequence[tuple[float, Candidate]]) -> tuple[Candidate, ...]:
    """Shorter evidence before longer where it is about as probable as the best; then the rest."""
    least = _odds(chosen[0][0]) * _SHARE_OF_BEST_ODDS
    equals = [candidate for probability, candidate in chosen if _odds(probability) >= least]
    others = [candidate for probability, candidate in chosen if _odds(probability) < least]
    return (*sorted(equals, key=lambda candidate: len(candidate.text)), *others)


def _odds(probability: float) -> float:
    return probability / (1 - probability + 1e-9)


def _whole(candidate: Candidate, documents: Mapping[str, Document]) -> Candidate:
    """The sentence with what belongs to it elsewhere; a table's row has its head already."""
    if candidate.passage.kind in _TABLE:
        return candidate
    document = documents[candidate.passage.document]
    page = document.page(candidate.passage.page)
    if candidate.passage.kind is BlockKind.CODE:
        return _whole_definition(candidate, page)
    parts = whole_sentence(document, page, candidate.start, candidate.end)
    told = "".join(
        part.joint + document.page(part.page).text[part.start : part.end] for part in parts
    )
    return replace(candidate, text=told, parts=parts)


def _whole_definition(candidate: Candidate, page: Page) -> Candidate:
    """Lines of code with the rest of the definition, or of the statement, that they are from.

    A block is one as long as it is not large (see `docmind.documents.syntax`).
    """
    for block in page.blocks:
        if block.start <= candidate.start and candidate.end <= block.end:
            if block.end - block.start > _LONGEST_DEFINITION:
                break
            part = Part(page.number, block.start, block.end)
            text = page.text[block.start : block.end]
            return replace(candidate, start=part.start, end=part.end, text=text, parts=(part,))
    return candidate


def cited_parts(candidate: Candidate) -> tuple[Part, ...]:
    """What to cite for a sentence: its parts, as one where they follow each other closely."""
    own = Part(candidate.passage.page, candidate.start, candidate.end)
    return in_few_quotations(candidate.parts or (own,))


def in_few_quotations(told: Sequence[Part]) -> tuple[Part, ...]:
    """Parts of one sentence as what to quote: one span where they follow each other closely."""
    first, last = told[0], told[-1]
    one_page = all(part.page == first.page for part in told)
    in_a_row = all(part.joint != CUT for part in told)
    if one_page and in_a_row and last.end - first.start <= _LONGEST_CITATION:
        return (Part(first.page, first.start, last.end),)
    return tuple(replace(part, joint="") for part in told)


def claim_text(candidate: Candidate) -> str:
    """How a sentence reads as a claim: on one line, a table's row with its column heads.

    One without an end gets an ellipsis; the quotation itself stays as it stands on the page. Code
    keeps its lines.
    """
    if candidate.passage.kind is BlockKind.CODE:
        return dedent(candidate.text).rstrip()
    text = " ".join(candidate.text.split())
    if candidate.passage.kind not in _TABLE:
        # A sentence that is cut must not pass for a whole one.
        return text if ends_sentence(text) else f"{text} …"
    cells = _cells(text)
    heads = _cells(" ".join(candidate.passage.table_head.split()))
    alike = any(head and head == cell for head, cell in zip(heads, cells, strict=False))
    if len(cells) != len(heads) or alike:  # a second head is no row of the first one
        return text
    pairs: Iterator[str] = (
        f"{head}: {cell}" if head else cell
        for head, cell in zip(heads, cells, strict=True)
        if cell
    )
    return "; ".join(pairs)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")]
