"""The development data as documents, passages and questions with their gold places.

Nothing here knows a system that is measured. Documents are read by docmind's own reader, from
files: expmrc and cmrc2018 are first joined into one long text file each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docmind.config import Folders
from docmind.model import Document, Passage
from docmind.passages.split import split_document
from docmind.settings import OcrMode, ReadingSettings, Settings
from docmind.tokens.qwen import QwenTokenCounter
from docmind.workspace import Loaded, LoadFailed, Workspace


def is_for_tuning(name: str) -> bool:
    """Whether a document (or an article) of this name is of the half that may be tuned on."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 2 == 0


@dataclass(frozen=True, slots=True)
class Read:
    """A document and its passages."""

    document: Document
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question about one of several documents, and the pages that answer it."""

    document: str
    text: str
    pages: frozenset[int]

    @property
    def tuning(self) -> bool:
        """Whether its document is of the half that parameters may be tuned on."""
        return is_for_tuning(self.document)


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """A question about the joined text: where its evidence is, and where its paragraph."""

    text: str
    answers: tuple[str, ...]
    evidence: str
    spans: tuple[tuple[int, int], ...]


def read_files(paths: Sequence[Path], folder: Path) -> Iterator[Read]:
    """The documents, parsed or from the cache under `folder`."""
    counter = QwenTokenCounter()
    settings = Settings(reading=ReadingSettings(ocr=OcrMode.OFF))
    with Workspace(settings, Folders(folder, folder, None)) as workspace:
        for event in workspace.load(paths):
            if isinstance(event, Loaded):
                yield Read(event.document, split_document(event.document, counter))
            elif isinstance(event, LoadFailed):
                raise event.error


def page_questions(data: Path) -> list[PageQuestion]:
    """The questions of mmlongbench that its documents answer."""
    lines = (data / "mmlongbench" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        PageQuestion(each["document"], each["question"], frozenset(each["pages"]))
        for each in map(json.loads, lines)
        if each["answerable"]
    ]


def expmrc(data: Path, folder: Path) -> tuple[Path, list[SpanQuestion]]:
    """The paragraphs of expmrc as one Markdown file, and its questions with their evidence."""
    content = json.loads((data / "expmrc" / "expmrc-squad-dev.json").read_text(encoding="utf-8"))
    text = ""
    questions: list[SpanQuestion] = []
    for article in content["data"]:
        text += f"# {article['title'].replace('_', ' ')}\n\n"
        for paragraph in article["paragraphs"]:
            context = " ".join(paragraph["context"].split())
            questions += _with_evidence(paragraph["qas"], context, len(text))
            text += f"{context}\n\n"
    path = folder / "expmrc.md"
    path.write_text(text, encoding="utf-8")
    return path, questions


def _with_evidence(
    asked: Sequence[dict[str, list[dict[str, str]]]], context: str, offset: int
) -> Iterator[SpanQuestion]:
    for each in asked:
        marked = list(dict.fromkeys(" ".join(str(one).split()) for one in each["evidences"]))
        found = [(context.find(one), one) for one in marked]
        spans = tuple((offset + at, offset + at + len(one)) for at, one in found if at >= 0)
        answers = tuple(dict.fromkeys(answer["text"] for answer in each["answers"]))
        yield SpanQuestion(str(each["question"]), answers, marked[0], spans)


def cmrc2018(data: Path, folder: Path) -> tuple[Path, list[SpanQuestion]]:
    """The paragraphs of cmrc2018 as one text file; a question's span is its paragraph."""
    content = json.loads((data / "cmrc2018" / "cmrc2018_dev.json").read_text(encoding="utf-8"))
    text = ""
    questions: list[SpanQuestion] = []
    for paragraph in content:
        context = " ".join(paragraph["context_text"].split())
        span = (len(text), len(text) + len(context))
        questions += [
            SpanQuestion(each["query_text"], tuple(map(str, each["answers"])), "", (span,))
            for each in paragraph["qas"]
        ]
        text += f"{context}\n\n"
    path = folder / "cmrc2018.txt"
    path.write_text(text, encoding="utf-8")
    return path, questions
