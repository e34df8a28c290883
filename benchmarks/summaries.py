"""What summaries without a model hold of what people found worth asking, and what facts they find.

    python -m benchmarks.summaries

QMSum: a meeting is summarized; a gold span (the turns that a topic or a question is about) is
touched where a quoted sentence is of one of its turns. LexRank is sumy's, given the same sentences
(all that are long enough to state anything) and as many of them to choose as docmind's summary
quotes; so are the first sentences, and sentences at equal distances, which need no method at all.
Facts: what `assets/*.facts.json` lists, which was made by hand from the sources of the samples.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from sumy.models.dom import ObjectDocumentModel, Paragraph
from sumy.models.dom import Sentence as SumySentence
from sumy.summarizers.lex_rank import LexRankSummarizer

from benchmarks.bootstrap import paired_interval
from benchmarks.corpora import Read, is_for_tuning, read_files
from docmind.desk.meaning import Meaning
from docmind.engines.embedder import ProcessEmbedder
from docmind.engines.vector_cache import VectorCache
from docmind.model import Summary
from docmind.passages.sentences import sentence_spans
from docmind.retrieval.terms import Terms
from docmind.summaries.events import Length, Summarized, SummaryOptions
from docmind.summaries.extractive import Subject, summarize_extractive
from docmind.summaries.scoring import SentenceVectors

_FEWEST_WORDS = 6
_FACTS = ("parties", "dates", "amounts")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A transcript: its turns, and the gold spans as (first, last) turn."""

    name: str
    turns: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """One paragraph a turn."""
        return "\n\n".join(self.turns)

    def turn_at(self, offset: int) -> int:
        """The turn in which this character of the text stands."""
        ends = list(accumulate(len(turn) + 2 for turn in self.turns))
        return next(number for number, end in enumerate(ends) if offset < end)

    def touched(self, offsets: Sequence[int]) -> list[bool]:
        """Of each gold span, whether one of these places is in it."""
        turns = {self.turn_at(offset) for offset in offsets}
        return [any(first <= turn <= last for turn in turns) for first, last in self.spans]


def meetings(data: Path) -> list[Meeting]:
    """The meetings of QMSum's test set; a span that is named more than once counts once."""
    lines = (data / "qmsum" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for number, each in enumerate(map(json.loads, lines)):
        asked = [*each["topic_list"], *each["specific_query_list"]]
        spans = {
            (int(first), int(last)) for one in asked for first, last in one["relevant_text_span"]
        }
        turns = [
            f"{turn['speaker']}: {' '.join(turn['content'].split())}"
            for turn in each["meeting_transcripts"]
        ]
        found.append(Meeting(f"meeting-{number}", tuple(turns), tuple(sorted(spans))))
    return found


def summary_of(read: Read, length: Length, vectors: SentenceVectors | None) -> Summary:
    """docmind's summary without a model."""
    subject = Subject(read.document, read.passages, 0, "none")
    *_, last = summarize_extractive(subject, SummaryOptions(length=length), vectors)
    if not isinstance(last, Summarized):
        raise TypeError(last)
    return last.summary


def quoted(summary: Summary) -> list[int]:
    """Where the points' citations begin, in the text of a document of one page."""
    points = [*summary.overview, *summary.key_points]
    points += [point for section in summary.sections for point in section.points]
    numbers = {number for point in points for number in point.citations}
    return [each.start for each in summary.citations if each.number in numbers]


class _Words:
    """What sumy asks of a tokenizer: docmind's terms, so that it needs no download."""

    def __init__(self) -> None:
        self._terms = Terms()

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(self._terms.of(sentence))


def stated(text: str) -> list[tuple[int, int]]:
    """The sentences that are long enough to say something."""
    spans = sentence_spans(text)
    return [(start, end) for start, end in spans if len(text[start:end].split()) >= _FEWEST_WORDS]


class _Ranked(LexRankSummarizer):  # type: ignore[misc]  # sumy has no types
    """LexRank that hands over all sentences, best first, so that it computes once a text."""

    def _get_best_sentences(
        self, sentences: Sequence[SumySentence], count: int, rating: dict[SumySentence, float]
    ) -> list[SumySentence]:
        return sorted(sentences, key=lambda sentence: -rating[sentence])[:count]


def lexrank(text: str) -> list[int]:
    """Where the sentences begin that sumy's LexRank rates, best first."""
    words = _Words()
    spans = stated(text)
    numbered = [SumySentence(text[start:end], words) for start, end in spans]
    starts = {id(sentence): start for sentence, (start, _) in zip(numbered, spans, strict=True)}
    ranked = _Ranked()(ObjectDocumentModel([Paragraph(numbered)]), len(numbered))
    return [starts[id(sentence)] for sentence in ranked]


def evenly(text: str, count: int) -> list[int]:
    """Where sentences begin that stand at equal distances."""
    starts = [start for start, _ in stated(text)]
    return [starts[int((at + 0.5) * len(starts) / count)] for at in range(count)]


def first(text: str, count: int) -> list[int]:
    """Where the first sentences begin."""
    return [start for start, _ in stated(text)][:count]


@dataclass(frozen=True, slots=True)
class Ready:
    """A meeting as docmind reads it, and the ranking of LexRank."""

    meeting: Meeting
    read: Read
    ranked: list[int]


def ready(meeting: Meeting, folder: Path) -> Ready:
    """Read a meeting and have LexRank rank its sentences."""
    path = folder / f"{meeting.name}.txt"
    path.write_text(meeting.text, encoding="utf-8")
    (read,) = read_files([path], folder)
    return Ready(meeting, read, lexrank(read.document.pages[0].text))


def compare(asked: Sequence[Ready], length: Length, vectors: SentenceVectors | None) -> None:
    """Print the shares of touched spans, with intervals of the difference to LexRank's."""
    rows: dict[str, list[float]] = {"docmind": [], "LexRank": [], "evenly": [], "first": []}
    groups: list[str] = []
    budgets = []
    for each in asked:
        text = each.read.document.pages[0].text
        ours = quoted(summary_of(each.read, length, vectors))
        count = len(ours)
        budgets.append(count)
        chosen = (ours, each.ranked[:count], evenly(text, count), first(text, count))
        for name, places in zip(rows, chosen, strict=True):
            rows[name] += each.meeting.touched(places)
        groups += [each.meeting.name] * len(each.meeting.spans)
    print(
        f"{length}: {len(asked)} meetings, {len(groups)} spans, {np.mean(budgets):.1f} sentences"
    )
    base = np.array(rows["LexRank"], dtype=np.float64)
    for name, touched in rows.items():
        shares = np.array(touched, dtype=np.float64)
        mean, low, high = paired_interval(shares, base, groups)
        interval = f"{100 * mean:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"
        print(f"| {name} | {100 * shares.mean():.1f} | {interval} |", flush=True)


def fact_scores(samples: Path, folder: Path) -> None:
    """Print precision and recall of the facts, over all samples."""
    counts = {sort: np.zeros(3, dtype=np.int64) for sort in _FACTS}
    for truth in sorted(samples.glob("*.facts.json")):
        stem = truth.name.removesuffix(".facts.json")
        (path,) = (each for each in samples.glob(f"{stem}.*") if each.suffix in (".pdf", ".md"))
        (read,) = read_files([path], folder)
        facts = summary_of(read, Length.MEDIUM, None).facts
        for sort, wanted in json.loads(truth.read_text(encoding="utf-8")).items():
            found = {_plain(fact.value) for fact in getattr(facts, sort)}
            right = len(found & {_plain(value) for value in wanted})
            counts[sort] += (right, len(found), len(wanted))
    print("| facts | in the documents | found | right | precision, % | recall, % |")
    for sort, (hits, found_count, wanted_count) in counts.items():
        shares = f"{100 * hits / found_count:.1f} | {100 * hits / wanted_count:.1f}"
        print(f"| {sort} | {wanted_count} | {found_count} | {hits} | {shares} |")


def _plain(value: str) -> str:
    return "".join(value.removeprefix("人民币").split())


def main() -> None:
    """Compare on the half that was tuned on, and on the other one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--vectors", action="store_true", help="also with vectors of meaning")
    arguments = parser.parse_args()
    asked = meetings(arguments.data)
    with tempfile.TemporaryDirectory() as name, closing(ProcessEmbedder()) as embedder:
        folder = Path(name)
        fact_scores(Path(__file__).parent.parent / "assets", folder)
        meaning = Meaning(embedder, VectorCache(folder / "vectors.sqlite"))
        arms: list[SentenceVectors | None] = [None]
        arms += [meaning.vectors] if arguments.vectors else []
        every = [ready(meeting, folder) for meeting in asked]
        for vectors in arms:
            for half in ("development", "other", "all"):
                chosen = [each for each in every if _is_of(half, each.meeting)]
                print(half, "words" if vectors is None else "vectors")
                for length in Length:
                    compare(chosen, length, vectors)


def _is_of(half: str, meeting: Meeting) -> bool:
    return half == "all" or is_for_tuning(meeting.name) == (half == "development")


if __name__ == "__main__":
    main()
