"""The facts of the samples are those that their lists, made by hand, say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docmind.config import Folders
from docmind.desk import Meaning
from docmind.model import Facts
from docmind.passages.split import split_document
from docmind.settings import OcrMode, ReadingSettings, Settings
from docmind.summaries.events import Summarized, SummaryOptions
from docmind.summaries.extractive import Subject, summarize_extractive
from docmind.workspace import Loaded, Workspace
from tests.fakes import FakeEmbedder
from tests.unit.summaries.pages import Words

ASSETS = Path(__file__).resolve().parents[3] / "assets"
SAMPLES = ("services-agreement.pdf", "annual-report-zh.pdf", "two-column-paper.pdf", "handbook.md")


@pytest.fixture(scope="module", params=SAMPLES)
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Facts, dict[str, list[str]]]:
    """The facts that are found in a sample, and those that it has."""
    path = ASSETS / request.param
    home = tmp_path_factory.mktemp("home")
    settings = Settings(reading=ReadingSettings(ocr=OcrMode.OFF))
    with Workspace(settings, Folders(home, home, None)) as workspace:
        (document,) = [
            event.document for event in workspace.load([path]) if isinstance(event, Loaded)
        ]
    subject = Subject(document, split_document(document, Words()), 0, Words.name)
    *_, last = summarize_extractive(subject, SummaryOptions())
    assert isinstance(last, Summarized)
    truth = (ASSETS / f"{path.stem}.facts.json").read_text(encoding="utf-8")
    return last.summary.facts, json.loads(truth)


@pytest.mark.parametrize("sort", ["parties", "dates", "amounts"])
def test_nine_of_ten_facts_are_found_and_nine_of_ten_found_are_right(
    sample: tuple[Facts, dict[str, list[str]]], sort: str
) -> None:
    facts, truth = sample
    found = {_plain(fact.value) for fact in getattr(facts, sort)}
    wanted = {_plain(value) for value in truth[sort]}
    right = found & wanted

    # Of nine dates one may be missing: that is eight of nine.
    assert len(right) >= 0.88 * len(wanted), wanted - found
    assert len(right) >= 0.9 * len(found), found - wanted


def test_sentences_that_the_model_cannot_read_have_no_direction() -> None:
    vectors = Meaning(FakeEmbedder()).vectors(["The roof leaks.", "屋顶漏水了，需要修理。"])

    assert vectors is not None
    assert abs(vectors[0] @ vectors[0] - 1) < 1e-5
    assert not vectors[1].any()


def test_there_are_no_vectors_where_nothing_can_be_read_or_the_model_is_gone() -> None:
    embedder = FakeEmbedder()

    assert Meaning(embedder).vectors(["屋顶漏水了，需要修理。"]) is None
    embedder.close()
    assert Meaning(embedder).vectors(["The roof leaks."]) is None


def _plain(value: str) -> str:
    return "".join(value.removeprefix("人民币").split())
