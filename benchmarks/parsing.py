"""How long parsing takes, as a ratio to PyMuPDF's own extraction of words with boxes.

    python -m benchmarks.parsing [--runs N] [PDF…]

Both run in this process, each over all documents, opened anew and with MuPDF's store emptied, in
turns; shown are medians of the runs. Parsing is all that docmind's worker does for a PDF: layout,
tables, headings, outline and labels, without start-up and token count.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from docmind.documents.frames import OcrPlan, Parsed, Request
from docmind.documents.pdf import import_pymupdf, parse_pdf
from docmind.model import Kind

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "mmlongbench" / "pdf"


def main() -> None:
    """Print a line for each document and one for all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("pdfs", nargs="*", type=Path, default=sorted(_DATA.glob("*.pdf")))
    arguments = parser.parse_args()
    pymupdf = import_pymupdf()
    gc.disable()  # as the worker does
    words_total = ours_total = 0.0
    pages_total = 0
    print(f"{'document':44} {'pages':>5} {'words ms/p':>10} {'ours ms/p':>10} {'ratio':>6}")
    for path in arguments.pdfs:
        words, ours, pages = [], [], 0
        for _ in range(arguments.runs):
            words.append(_timed(pymupdf, partial(_read_words, pymupdf, path)))
            ours.append(_timed(pymupdf, partial(_parse, path)))
        pages = len(pymupdf.open(path))
        words_s, ours_s = statistics.median(words), statistics.median(ours)
        words_total, ours_total, pages_total = (
            words_total + words_s,
            ours_total + ours_s,
            pages_total + pages,
        )
        _print_line(path.name[:44], pages, words_s, ours_s)
    _print_line("all", pages_total, words_total, ours_total)
    print(f"{pages_total / ours_total:.0f} pages a second")


def _print_line(name: str, pages: int, words_seconds: float, ours_seconds: float) -> None:
    words_ms, ours_ms = 1000 * words_seconds / pages, 1000 * ours_seconds / pages
    print(
        f"{name:44} {pages:5} {words_ms:10.2f} {ours_ms:10.2f} {ours_ms / words_ms:6.2f}",
        flush=True,
    )


def _timed(pymupdf: Any, work: Callable[[], object]) -> float:
    pymupdf.TOOLS.store_shrink(100)
    start = time.process_time()
    work()
    return time.process_time() - start


def _read_words(pymupdf: Any, path: Path) -> None:
    document = pymupdf.open(path)
    for index in range(len(document)):
        document.load_page(index).get_text("words")


def _parse(path: Path) -> None:
    plan = OcrPlan("off", "eng", 200, "")
    request = Request(str(path), path.name, "", Kind.PDF, plan, 2048)
    for event in parse_pdf(request):
        if isinstance(event, Parsed):
            return


if __name__ == "__main__":
    main()
