"""How soon a long PDF can be read and asked: a 300-page file made of the development data's.

Three waits, medians of several runs with an empty cache, beside PyMuPDF's own extraction of the
same file's words in the same run (its fastest with boxes, and so the limit):

    readable     from the application's first paint until the first page stands in its pane
    parsed       from the start of reading until the whole document is there
    first answer from there until BM25 has answered a question: passages, index, search, citations

    python -m benchmarks.speed --data ../shared/data
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docmind.answers.events import Answered
from docmind.config import Folders
from docmind.ports import DocumentRead
from docmind.settings import OcrMode, ReadingSettings, RetrievalArms, RetrievalSettings, Settings
from docmind.tui.app import DocmindApp
from docmind.tui.screens.reading import ReadingScreen
from docmind.workspace import Workspace

PAGES = 300
QUESTION = "How did operating income change compared with the year before?"
SETTINGS = Settings(
    reading=ReadingSettings(ocr=OcrMode.OFF),
    retrieval=RetrievalSettings(arms=RetrievalArms.LEXICAL),
)

_JOIN = """
import sys
for name in ("pymupdf.layout", "pymupdf4llm"):
    sys.modules[name] = None
import pymupdf
joined = pymupdf.open()
for path in sys.argv[3:]:
    if len(joined) < int(sys.argv[2]):
        joined.insert_pdf(pymupdf.open(path), to_page=int(sys.argv[2]) - len(joined) - 1)
joined.save(sys.argv[1])
"""
_WORDS = """
import sys, time
for name in ("pymupdf.layout", "pymupdf4llm"):
    sys.modules[name] = None
import pymupdf
begun = time.perf_counter()
for page in pymupdf.open(sys.argv[1]):
    page.get_text("words")
print(time.perf_counter() - begun)
"""


def joined(data: Path, folder: Path) -> Path:
    """A PDF of PAGES pages from the first documents of mmlongbench, in order of their names."""
    path = folder / "joined.pdf"
    parts = sorted((data / "mmlongbench/pdf").glob("*.pdf"))
    subprocess.run(
        [sys.executable, "-c", _JOIN, str(path), str(PAGES), *map(str, parts)], check=True
    )
    return path


def words_seconds(path: Path) -> float:
    """How long PyMuPDF takes to give the words with their boxes, without its import."""
    done = subprocess.run(
        [sys.executable, "-c", _WORDS, str(path)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def parse_and_ask(path: Path, folder: Path) -> tuple[float, float]:
    """Seconds until the whole document is there, worker included, and then to an answer."""
    with Workspace(SETTINGS, Folders(folder, folder / "cache", None)) as workspace:
        begun = time.perf_counter()
        desk = workspace.desk()
        for event in workspace.read(path, path.name):
            if isinstance(event, DocumentRead):
                parsed = time.perf_counter()
                desk.add(event.document, tokens=0)
                last = list(desk.ask(QUESTION))[-1]
                assert isinstance(last, Answered)
                return parsed - begun, time.perf_counter() - parsed
    raise AssertionError("the reader ended without a document")


async def readable_seconds(path: Path, folder: Path) -> float:
    """Seconds from the first paint to the first page in the application's document pane."""
    with Workspace(SETTINGS, Folders(folder, folder / "cache", None)) as workspace:
        app = DocmindApp(workspace, [path])
        async with app.run_test(size=(100, 40)):
            begun = time.perf_counter()
            screen = app.screen
            assert isinstance(screen, ReadingScreen)
            while not screen.document.virtual_size.height:
                await asyncio.sleep(0.005)
            return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    rows: dict[str, list[float]] = {"words": [], "readable": [], "parsed": [], "first answer": []}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = joined(arguments.data, folder)
        for run in range(arguments.runs):
            rows["words"].append(words_seconds(path))
            parsed, answered = parse_and_ask(path, folder / f"parse-{run}")
            rows["parsed"].append(parsed)
            rows["first answer"].append(answered)
            rows["readable"].append(asyncio.run(readable_seconds(path, folder / f"read-{run}")))
    limit = statistics.median(rows["words"])
    print(f"| {PAGES} pages | median, s | ratio to PyMuPDF's words |\n|---|---:|---:|")
    for name, values in rows.items():
        median = statistics.median(values)
        print(f"| {name} | {median:.3f} | {median / limit:.2f} |")


if __name__ == "__main__":
    main()
