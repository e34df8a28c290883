"""The samples keep what their question files promise, and can be made again from their sources."""

import json
import shutil
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import TypedDict

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
COUNTS = {"services-agreement": 40, "annual-report-zh": 30, "two-column-paper": 20}
READ_PAGES = """
import json, sys
sys.modules["pymupdf.layout"] = None
sys.modules["pymupdf4llm"] = None
import pymupdf
document = pymupdf.open(sys.argv[1])
print(json.dumps({
    "texts": [page.get_text() for page in document],
    "labels": [page.get_label() for page in document],
    "outline": [entry[1:3] for entry in document.get_toc()],
    "fonts": sorted({font[3] for page in document for font in page.get_fonts()}),
}))
"""


class Contents(TypedDict):
    """What is read from a PDF: a text and a label per page, titles with their page, fonts."""

    texts: list[str]
    labels: list[str]
    outline: list[tuple[str, int]]
    fonts: list[str]


samples = pytest.mark.parametrize("stem", COUNTS)


@cache
def read(path: Path) -> Contents:
    """Read a PDF in a process of its own: PyMuPDF stays out of the tests' interpreter."""
    command = [sys.executable, "-c", READ_PAGES, str(path)]
    result = subprocess.run(command, capture_output=True, check=True, timeout=120)
    found: Contents = json.loads(result.stdout)
    return found


def questions(stem: str) -> list[dict[str, object]]:
    lines = (ASSETS / f"{stem}.questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def letters(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKC", text) if mark.isalnum())


def poppler_pages(path: Path, *options: str) -> list[str]:
    command = ["pdftotext", *options, str(path), "-"]
    result = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return result.stdout.decode().split("\f")[:-1]


@samples
def test_a_question_file_has_its_number_of_well_formed_questions(stem: str) -> None:
    found = questions(stem)
    assert len(found) == COUNTS[stem]
    assert len({str(entry["question"]) for entry in found}) == len(found)
    for entry in found:
        assert set(entry) == {"question", "answer", "answerable", "pages", "evidence"}
        filled = [bool(entry[key]) for key in ("answer", "pages", "evidence")]
        assert filled == [entry["answerable"]] * 3, entry["question"]


@samples
def test_a_fifth_to_a_third_of_the_questions_have_no_answer(stem: str) -> None:
    found = questions(stem)
    share = sum(not entry["answerable"] for entry in found) / len(found)
    assert 0.20 <= share <= 0.35


@samples
def test_pages_are_in_range_and_in_order(stem: str) -> None:
    count = len(read(ASSETS / f"{stem}.pdf")["texts"])
    for entry in questions(stem):
        pages = entry["pages"]
        assert isinstance(pages, list)
        assert pages == sorted(set(pages))
        assert all(1 <= page <= count for page in pages), entry["question"]


@samples
def test_evidence_stands_on_a_page_that_is_named_and_on_no_other(stem: str) -> None:
    texts = [letters(text) for text in read(ASSETS / f"{stem}.pdf")["texts"]]
    for entry in questions(stem):
        if entry["answerable"]:
            wanted = letters(str(entry["evidence"]))
            found = [number for number, text in enumerate(texts, start=1) if wanted in text]
            assert len(found) == 1, entry["question"]
            assert found[0] in entry["pages"], entry["question"]  # type: ignore[operator]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@samples
def test_another_extractor_finds_the_evidence_too(stem: str) -> None:
    path = ASSETS / f"{stem}.pdf"
    orders = [
        [letters(text) for text in poppler_pages(path, *order)] for order in ((), ("-layout",))
    ]
    for entry in questions(stem):
        pages = entry["pages"]
        assert isinstance(pages, list)
        wanted = letters(str(entry["evidence"]))
        near = [order[page - 1] for order in orders for page in pages]
        assert not pages or any(wanted in text for text in near), entry["question"]


@samples
def test_a_sample_made_again_is_the_committed_file(stem: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assets.make_samples", str(tmp_path), stem]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, timeout=300)
    assert read(tmp_path / f"{stem}.pdf") == read(ASSETS / f"{stem}.pdf")


@samples
def test_every_entry_of_the_outline_stands_on_its_page(stem: str) -> None:
    found = read(ASSETS / f"{stem}.pdf")
    assert found["outline"]
    for title, number in found["outline"]:
        assert letters(title) in letters(found["texts"][number - 1])


@pytest.mark.parametrize("stem", ["services-agreement", "annual-report-zh"])
def test_the_table_of_contents_prints_the_labels_of_the_pages(stem: str) -> None:
    found = read(ASSETS / f"{stem}.pdf")
    assert found["labels"][:3] == ["i", "ii", "1"]
    contents = letters(found["texts"][1].replace(".", ""))
    for title, number in found["outline"]:
        if not title.startswith("（"):
            assert letters(title + found["labels"][number - 1]) in contents


@samples
def test_a_sample_is_small_and_embeds_its_fonts_as_subsets(stem: str) -> None:
    path = ASSETS / f"{stem}.pdf"
    assert path.stat().st_size < 700_000
    assert all(font[6] == "+" for font in read(path)["fonts"])


def test_the_paper_divides_words_and_uses_ligatures() -> None:
    text = "\n".join(read(ASSETS / "two-column-paper.pdf")["texts"])
    assert text.count("-\n") > 20
    assert "\ufb01" in text
