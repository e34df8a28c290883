"""Fits the numbers in `docmind/answers/calibration.py`, on development data only, and prints them.

Sentences: expmrc (gold evidence) and cmrc2018 (the sentence that holds the answer), the halves of
their titles that are for development. Whether the document answers: each of those questions twice,
once as it is and once with the paragraph that answers it taken away, so that what is left is about
the same thing and does not say; and mmlongbench's development half, which has such questions.

    python -m benchmarks.calibrate --data ../shared/data
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.answers import mmlongbench
from benchmarks.corpora import is_for_tuning
from docmind.answers.calibration import HYBRID, LEXICAL, Calibration, Weights, signals
from docmind.answers.candidates import Candidate, candidates
from docmind.answers.extractive import PASSAGES_READ
from docmind.answers.question import analyse
from docmind.config import Folders
from docmind.desk import Desk, Meaning
from docmind.engines.embedder import ProcessEmbedder
from docmind.engines.vector_cache import VectorCache
from docmind.model import Block, BlockKind, Document, Kind, Page
from docmind.settings import OcrMode, ReadingSettings, Settings
from docmind.tokens.qwen import QwenTokenCounter
from docmind.workspace import Loaded, Workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from docmind.ports import Vectors

QUESTIONS = 100
"""Of each source and half; twice as many moved no coefficient by more than a tenth."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question of one page's text, and the spans of that page that are evidence."""

    text: str
    page: int
    evidence: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of a question, which of them are evidence, and whether there is an answer."""

    question: str
    found: Sequence[Candidate]
    gold: Sequence[bool]
    answerable: bool
    source: str


class RememberingEmbedder(ProcessEmbedder):
    """Keeps the vectors of sentences too, so that fitting again takes seconds."""

    def __init__(self, cache: VectorCache) -> None:
        super().__init__()
        self._cache = cache

    def embed(self, texts: Sequence[str]) -> Vectors:
        """From the cache where it is known."""
        known, missing = self._cache.get(self.model, texts)
        if not missing:
            return known
        made = super().embed([texts[position] for position in missing])
        self._cache.put(self.model, [texts[position] for position in missing], made)
        vectors = np.empty((len(texts), made.shape[1]), dtype=np.float32)
        vectors[missing] = made
        vectors[np.setdiff1d(np.arange(len(texts)), missing)] = known if len(known) else made[:0]
        return vectors


@dataclass(frozen=True, slots=True)
class Bench:
    """What the pools are made with; `embedder` is None for the lexical arm alone."""

    workspace: Workspace
    data: Path
    embedder: RememberingEmbedder | None

    def desk(self, document: Document) -> Desk:
        """A desk with the document, its vectors complete where there is a dense arm."""
        desk = Desk(
            self.workspace.settings,
            QwenTokenCounter(),
            None if self.embedder is None else Meaning(self.embedder),
        )
        desk.add(document)
        desk.wait_for_vectors()
        return desk


def document_of(name: str, texts: Sequence[str]) -> Document:
    """A document with a page for each text."""
    pages = tuple(
        Page(number, text, blocks=(Block(BlockKind.PARAGRAPH, 0, len(text)),))
        for number, text in enumerate(texts, start=1)
    )
    return Document(hashlib.sha256(name.encode()).hexdigest(), name, Kind.HTML, "", pages)


def expmrc(data: Path, *, development: bool) -> tuple[Document, list[Example]]:
    """The paragraphs of one half of the articles as a document, and their questions."""
    content = json.loads((data / "expmrc/expmrc-squad-dev.json").read_text(encoding="utf-8"))
    texts: list[str] = []
    examples: list[Example] = []
    for article in content["data"]:
        if is_for_tuning(article["title"]) is not development:
            continue
        for paragraph in article["paragraphs"]:
            texts.append(paragraph["context"])
            for each in paragraph["qas"]:
                spans = _spans(paragraph["context"], each.get("evidences", ()))
                if spans:
                    examples.append(Example(each["question"], len(texts), spans))
    return document_of("expmrc", texts), examples


def _spans(text: str, pieces: Sequence[str]) -> tuple[tuple[int, int], ...]:
    found = [(text.find(piece), len(piece)) for piece in pieces if piece]
    return tuple((start, start + length) for start, length in found if start >= 0)


def cmrc(data: Path, *, development: bool) -> tuple[Document, list[Example]]:
    """The paragraphs of one half of cmrc2018 as a document, and their questions."""
    content = json.loads((data / "cmrc2018/cmrc2018_dev.json").read_text(encoding="utf-8"))
    texts: list[str] = []
    examples: list[Example] = []
    for each in content:
        if is_for_tuning(each["context_id"]) is not development:
            continue
        texts.append(each["context_text"])
        for asked in each["qas"]:
            spans = _spans(each["context_text"], asked["answers"][:1])
            if spans:
                examples.append(Example(asked["query_text"], len(texts), spans))
    return document_of("cmrc2018", texts), examples


def pools(desk: Desk, examples: Sequence[Example], source: str) -> Iterator[Pool]:
    """Each question with its candidates, and again without the page that answers it."""
    documents = {document.name: document for document in desk.documents}
    for example in examples:
        question = analyse(example.text)
        hits = desk.search(example.text, limit=PASSAGES_READ * 2)
        others = [hit for hit in hits if hit.passage.page != example.page][:PASSAGES_READ]
        for kept, answerable in ((hits[:PASSAGES_READ], True), (others, False)):
            found = candidates(question, kept, documents, desk.retriever)
            gold = [answerable and _is_evidence(each, example) for each in found]
            if found and (any(gold) or not answerable):
                yield Pool(example.text, found, gold, answerable, source)


def _is_evidence(candidate: Candidate, example: Example) -> bool:
    return candidate.passage.page == example.page and any(
        candidate.start < end and start < candidate.end for start, end in example.evidence
    )


def paged_pools(bench: Bench, *, development: bool) -> Iterator[Pool]:
    """The questions of one half of mmlongbench; no sentence of theirs is known to be evidence."""
    for path, asked_of in mmlongbench(bench.data):
        if is_for_tuning(path.name) is not development:
            continue
        loaded = [event for event in bench.workspace.load([path]) if isinstance(event, Loaded)]
        desk = bench.desk(loaded[0].document)
        documents = {document.name: document for document in desk.documents}
        for asked in asked_of:
            hits = desk.search(asked.text, limit=PASSAGES_READ)
            found = candidates(analyse(asked.text), hits, documents, desk.retriever)
            if found:
                on_page = any(each.passage.page in asked.pages for each in found[:20])
                if not asked.answerable or on_page:
                    gold = [False] * len(found)
                    yield Pool(asked.text, found, gold, asked.answerable, "mmlongbench")


def fit_sentences(chosen: Sequence[Pool]) -> Weights:
    """The regression that tells evidence from other sentences of the same passages."""
    rows = [astuple(each.features) for pool in chosen if any(pool.gold) for each in pool.found]
    gold = [each for pool in chosen if any(pool.gold) for each in pool.gold]
    model = LogisticRegression(C=1.0, max_iter=5000).fit(np.array(rows), np.array(gold))
    return _weights(model)


def fit_answerable(chosen: Sequence[Pool], sentence: Weights) -> Calibration:
    """The regression that tells whether the documents answer, and its threshold."""
    blank = Calibration(sentence, Weights(0.0, ()), 0.0, 0.0)
    rows = np.array([signals(blank.ranked(pool.found)) for pool in chosen])
    labels = np.array([pool.answerable for pool in chosen])
    counts = Counter(pool.source for pool in chosen)
    weights = np.array([len(chosen) / counts[pool.source] for pool in chosen])
    model = LogisticRegression(C=10.0, max_iter=5000).fit(rows, labels, sample_weight=weights)
    scores = model.predict_proba(rows)[:, 1]
    return Calibration(sentence, _weights(model), *_thresholds(scores, chosen))


def _weights(model: LogisticRegression) -> Weights:
    return Weights(float(model.intercept_[0]), tuple(float(each) for each in model.coef_[0]))


def _sources(chosen: Sequence[Pool]) -> set[str]:
    return {pool.source for pool in chosen}


DECLINED_AT_MOST = 0.03
"""Share of the answerable questions of expmrc and cmrc2018 that may be declined: a false "the
document does not say" is the worse of the two errors, since nothing on the screen contradicts it.
Those of mmlongbench have no say in it: many are answered by a chart, or by no one sentence."""

REFUSED_WHEN_SURE = 0.8
"""Share of all unanswerable questions that must lie below `sure`."""


def _thresholds(scores: NDArray[np.float64], chosen: Sequence[Pool]) -> tuple[float, float]:
    """Below what none is given, and from where on an answer is sure; sources weigh the same."""
    sources = _sources(chosen)

    def below(threshold: float, names: set[str], *, answerable: bool) -> float:
        """Share of such questions whose probability is lower."""
        return float(np.mean([_share_below(scores, chosen, name, threshold, answerable=answerable)
                              for name in names]))  # fmt: skip

    steps = [float(step) for step in np.arange(0.02, 0.98, 0.005)]
    one_sentence = sources - {"mmlongbench"}
    least = max(
        step for step in steps if below(step, one_sentence, answerable=True) <= DECLINED_AT_MOST
    )
    sure = next(
        step for step in steps if below(step, sources, answerable=False) >= REFUSED_WHEN_SURE
    )
    return least, max(least, sure)


def _share_below(
    scores: NDArray[np.float64],
    chosen: Sequence[Pool],
    source: str,
    threshold: float,
    *,
    answerable: bool,
) -> float:
    held = [
        score < threshold
        for score, pool in zip(scores, chosen, strict=True)
        if pool.source == source and pool.answerable is answerable
    ]
    return float(np.mean(held))


def report(name: str, calibration: Calibration, chosen: Sequence[Pool]) -> None:
    """How well it does, by source."""
    for source in sorted(_sources(chosen)):
        held = [pool for pool in chosen if pool.source == source]
        known = [pool for pool in held if any(pool.gold)]
        first = [_first_is_gold(pool, calibration) for pool in known]
        scores = [calibration.confidence(calibration.ranked(pool.found)) for pool in held]
        labels = [pool.answerable for pool in held]
        says_yes = [score >= calibration.threshold for score in scores]
        yes = [said for said, label in zip(says_yes, labels, strict=True) if label]
        no = [not said for said, label in zip(says_yes, labels, strict=True) if not label]
        print(
            f"| {name} | {source} | {100 * np.mean(first) if first else math.nan:.1f} "
            f"| {roc_auc_score(labels, scores):.3f} | {100 * (1 - np.mean(yes)):.1f} "
            f"| {100 * np.mean(no):.1f} |"
        )


def _first_is_gold(pool: Pool, calibration: Calibration) -> bool:
    order = sorted(
        range(len(pool.found)),
        key=lambda at: -calibration.sentence.probability(astuple(pool.found[at].features)),
    )
    return pool.gold[order[0]]


def gather(bench: Bench, *, development: bool, pages: bool) -> list[Pool]:
    """All pools of one half; `pages`: with mmlongbench."""
    chosen: list[Pool] = []
    for source, load in (("expmrc", expmrc), ("cmrc2018", cmrc)):
        if bench.embedder is not None and source == "cmrc2018":
            continue  # the dense arm does not read Chinese
        document, examples = load(bench.data, development=development)
        desk = bench.desk(document)
        picked = random.Random(7).sample(examples, min(QUESTIONS, len(examples)))
        chosen.extend(pools(desk, picked, source))
    if pages:
        chosen.extend(paged_pools(bench, development=development))
    return chosen


def literal(name: str, calibration: Calibration) -> str:
    """The calibration as it stands in the module."""
    both = (("sentence", calibration.sentence), ("answer", calibration.answer))
    lines = [f"    {what}={_literal(weights)}," for what, weights in both]
    end = [f"    threshold={calibration.threshold:.3f},", f"    sure={calibration.sure:.3f},", ")"]
    return "\n".join([f"{name} = Calibration(", *lines, *end])


def _literal(weights: Weights) -> str:
    return f"Weights({weights.bias:.2f}, ({', '.join(f'{each:.2f}' for each in weights.weights)}))"


def main() -> None:
    """Fit on the development half, report on both halves, print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--cache", type=Path, default=platformdirs.user_cache_path("docmind-benchmarks")
    )
    parser.add_argument("--arms", choices=["lexical", "hybrid", "both"], default="both")
    parser.add_argument("--no-pages", action="store_true", help="without mmlongbench, quickly")
    parser.add_argument("--current", action="store_true", help="report on the numbers in use")
    arguments = parser.parse_args()
    folders = Folders(arguments.cache, arguments.cache, None)
    fitted: list[str] = []
    print("| arms (half) | source | first sentence is evidence, % | AUC answerable "
          "| wrongly declined, % | unanswerable refused, % |")  # fmt: skip
    print("|---|---|---|---|---|---|")
    cache = VectorCache(arguments.cache / "vectors.sqlite")
    settings = Settings(reading=ReadingSettings(ocr=OcrMode.OFF))
    with Workspace(settings, folders) as workspace:
        for name, dense, current in (("LEXICAL", False, LEXICAL), ("HYBRID", True, HYBRID)):
            if arguments.arms not in ("both", name.lower()):
                continue
            embedder = RememberingEmbedder(cache) if dense else None
            bench = Bench(workspace, arguments.data, embedder)
            half = gather(bench, development=True, pages=not arguments.no_pages)
            calibration = (
                current if arguments.current else fit_answerable(half, fit_sentences(half))
            )
            other = gather(bench, development=False, pages=not arguments.no_pages)
            if embedder is not None:
                embedder.close()
            report(f"{name.lower()} (development)", calibration, half)
            report(f"{name.lower()} (other)", calibration, other)
            fitted.append(literal(name, calibration))
    print("\n".join(fitted))


if __name__ == "__main__":
    main()
