"""The engine that needs no model: it answers with the document's own sentences.

It never writes a word of its own into an answer; what it can do is choose, order, and decline. The
claim is the sentence, and the sentence is the citation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docmind.answers.actors import Act, act_asked
from docmind.answers.calibration import HYBRID, LEXICAL
from docmind.answers.candidates import Candidate, candidates
from docmind.answers.holding import gives, is_of_its_time, noun_of, says_something
from docmind.answers.question import Question
from docmind.answers.stated import stated
from docmind.answers.told import claim_text, whole
from docmind.model import Document
from docmind.passages.tables import TABLE
from docmind.ports import Retriever
from docmind.retrieval.terms import Terms

PASSAGES_READ = 12
"""How many of the best passages are looked at sentence by sentence."""

_SHARE_OF_BEST = 0.45
"""A further sentence must be this probable, relative to the best, to be worth a reader's time."""

_SHARE_OF_WEAK_BEST = 0.2
"""The same where even the best one is doubtful: then a choice of places serves better."""

_SHARE_OF_BEST_ODDS = 0.7
"""Sentences whose odds are at least this share of the best one's are told shortest first."""

_ALL = 0.999
"""The coverage of a sentence that has every term of the question."""

_NEARLY_ALL = 0.75
"""The coverage of one that says nearly all of it."""

_FEWEST_TERMS = 2
"""What a question must say for its words to tell which sentence answers it."""

_ENOUGH_CLAUSES = 3
"""Beside so many clauses that answer, what is found by words alone is only in the way."""

_TOO_ALIKE = 0.6
"""Two sentences that share this much of the smaller one's terms say the same thing."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The sentences that answer, in the order in which to show them; none: it does not say."""

    chosen: tuple[Candidate, ...]
    weak: bool
    """Whether it is doubtful that these sentences answer, or sure that none does."""
    left_out: int = 0
    """How many sentences more answer as well as these."""


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
    told = [whole(fact, documents) for fact in facts.found]
    more = max(0, len(told) - max_claims)
    if facts.complete:
        return Extract(tuple(told[:max_claims]), weak=False, left_out=more)
    found = _found_by_words(question, retriever, documents, max_claims, pages)
    if not told:
        return found
    told += [] if found.weak else _not_told(told, found.chosen)
    return Extract(tuple(told[:max_claims]), weak=False, left_out=more + found.left_out)


def _found_by_words(
    question: Question,
    retriever: Retriever,
    documents: Mapping[str, Document],
    max_claims: int,
    pages: range | None,
) -> Extract:
    """The sentences that rank best."""
    hits = retriever.search(question.text, limit=PASSAGES_READ, pages=pages)
    pool = candidates(question, hits, documents, retriever)
    if not pool:
        return Extract((), weak=True)
    dense = any(candidate.features.cosine for candidate in pool)
    calibration = HYBRID if dense else LEXICAL
    ranked = calibration.ranked(pool)
    confidence = calibration.confidence(ranked)
    if confidence < calibration.threshold:
        return Extract((), weak=True)
    terms = Terms()
    weak = confidence < calibration.sure or _is_vague(question, pool, max_claims, terms)
    ranked = _giving_first(question, ranked, terms)
    chosen = _shortest_first(_choose(ranked, documents, max_claims, weak=weak))
    act = act_asked(question.text)
    if act is not None and (clauses := _clauses(act, ranked, documents, retriever)):
        enough = weak or len(clauses) >= _ENOUGH_CLAUSES
        others = [] if enough else _not_told(clauses, chosen)
        others = [each for each in others if not act.is_of_another(each.text)]
        told = (*_in_place(clauses[:max_claims]), *others)[:max_claims]
        return Extract(told, weak=False, left_out=max(0, len(clauses) - max_claims))
    giving = [
        each
        for each in chosen
        if says_something(each.text)
        and _gives(question, each, terms)
        and _is_of_its_time(question, each, documents)
    ]
    others = [each for each in chosen if each not in giving]
    return Extract((*giving, *others), weak=weak or not giving)


def _giving_first(
    question: Question, ranked: list[tuple[float, Candidate]], terms: Terms
) -> list[tuple[float, Candidate]]:
    """What counts the very thing that is asked for goes before what only speaks of it."""
    if not noun_of(question):
        return ranked
    least = ranked[0][0] * _SHARE_OF_WEAK_BEST
    first = [pair for pair in ranked if pair[0] >= least and _gives(question, pair[1], terms)]
    return [*first, *(pair for pair in ranked if pair not in first)]


def _clauses(
    act: Act,
    ranked: Sequence[tuple[float, Candidate]],
    documents: Mapping[str, Document],
    retriever: Retriever,
) -> list[Candidate]:
    """All that says that a party may or must do what the question is about, best first.

    A contract says so clause by clause, in much the same words: none of them may be left out for
    being like another one.
    """
    found: dict[tuple[str, str], Candidate] = {}
    for _, candidate in ranked:
        text = candidate.text
        if act.is_in(text) and act.covers(text, retriever.idf) > _NEARLY_ALL:
            key = candidate.passage.document, " ".join(text.split())
            found.setdefault(key, whole(candidate, documents))
    return list(found.values())


def _in_place(clauses: Sequence[Candidate]) -> list[Candidate]:
    """Clauses in the order in which they stand."""
    return sorted(clauses, key=lambda each: (each.passage.document, each.passage.page, each.start))


def _gives(question: Question, candidate: Candidate, terms: Terms) -> bool:
    """Whether what is told has what the question asks for; a row is told with its heads."""
    in_table = candidate.passage.kind in TABLE
    return gives(question, claim_text(candidate), terms, in_table=in_table)


def _is_of_its_time(
    question: Question, candidate: Candidate, documents: Mapping[str, Document]
) -> bool:
    document = documents[candidate.passage.document]
    return is_of_its_time(question, claim_text(candidate), document)


def _not_told(told: Sequence[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """Those of the others that say something else."""
    terms = Terms()
    said = [set(terms.of(each.text)) for each in told]
    return [
        other
        for other in others
        if not any(_alike(set(terms.of(other.text)), words) for words in said)
    ]


def _is_vague(
    question: Question, pool: Sequence[Candidate], max_claims: int, terms: Terms
) -> bool:
    """Whether it says too little, or more sentences say all of it than can be told.

    Then its words do not tell which of them answers: "Who are the parties?" of a contract, or
    "What are the limitations?", which any sentence answers as well that has something limited.
    """
    if len(set(terms.of_question(question.text))) < _FEWEST_TERMS:
        return True
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
    best = max(probability for probability, _ in ranked)
    terms = Terms()
    chosen: list[tuple[float, Candidate]] = []
    said: list[set[str]] = []
    for probability, candidate in ranked:
        if len(chosen) == max_claims:
            break
        if probability < best * share:
            continue
        words = set(terms.of(candidate.text))
        told = any(_alike(words, others) for others in said)
        again = weak and any(candidate.passage == held.passage for _, held in chosen)
        if not (told or again or any(_tells(held, candidate) for _, held in chosen)):
            chosen.append((probability, whole(candidate, documents)))
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
    least = _odds(max(probability for probability, _ in chosen)) * _SHARE_OF_BEST_ODDS
    equals = [candidate for probability, candidate in chosen if _odds(probability) >= least]
    others = [candidate for probability, candidate in chosen if _odds(probability) < least]
    return (*sorted(equals, key=lambda candidate: len(candidate.text)), *others)


def _odds(probability: float) -> float:
    return probability / (1 - probability + 1e-9)
