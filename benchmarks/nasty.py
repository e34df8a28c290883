"""What becomes of PDFs that break readers: one process a file, as `docmind show` would do it.

    python -m benchmarks.nasty [--ocr off] [FOLDER]

Prints a line for each file (a document, or which error) with seconds and the largest memory of any
process, then the totals. Exits 1 if any file gives neither a document nor a clear error, or takes
longer or more than the reading limits allow.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from docmind.documents.cache import DocumentCache
from docmind.documents.reader import IsolatedReader
from docmind.errors import DocmindError
from docmind.ports import DocumentRead
from docmind.settings import OcrMode, ReadingSettings

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "nasty-pdf"


def main() -> int:
    """Read all files and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ocr", default="auto", choices=[mode.value for mode in OcrMode])
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("folder", nargs="?", type=Path, default=_DATA)
    arguments = parser.parse_args()
    settings = ReadingSettings(ocr=OcrMode(arguments.ocr))
    if arguments.one:
        print(json.dumps(_read_one(arguments.one, settings)))
        return 0
    outcomes: Counter[str] = Counter()
    slowest, largest, failures = 0.0, 0.0, 0
    for path in sorted(arguments.folder.glob("*.pdf")):
        result = _in_process(path, arguments.ocr)
        over = (
            result["seconds"] > settings.timeout_seconds + 5 or result["mib"] > settings.memory_mib
        )
        failures += over or result["outcome"] == "FAILED"
        outcomes[result["outcome"]] += 1
        slowest, largest = max(slowest, result["seconds"]), max(largest, result["mib"])
        print(
            f"{path.name[:58]:58} {result['outcome']:15} {result['seconds']:6.2f} s "
            f"{result['mib']:5.0f} MiB  {result['detail']}",
            flush=True,
        )
    print(", ".join(f"{outcome}: {count}" for outcome, count in outcomes.most_common()))
    print(f"slowest {slowest:.1f} s, largest {largest:.0f} MiB, failures {failures}")
    return int(failures > 0)


def _in_process(path: Path, ocr: str) -> dict[str, Any]:
    start = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.nasty", "--ocr", ocr, "--one", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - start
    try:
        return {**json.loads(run.stdout), "seconds": seconds}
    except ValueError:
        detail = run.stderr.strip().splitlines()[-1:] or [f"exit status {run.returncode}"]
        return {"outcome": "FAILED", "detail": detail[0], "mib": 0.0, "seconds": seconds}


def _read_one(path: Path, settings: ReadingSettings) -> dict[str, Any]:
    outcome, detail = "FAILED", "no document"
    with tempfile.TemporaryDirectory() as folder:
        try:
            for event in IsolatedReader(settings, DocumentCache(Path(folder))).read(
                path, path.name
            ):
                if isinstance(event, DocumentRead):
                    pages = event.document.pages
                    characters = sum(len(page.text) for page in pages)
                    outcome, detail = "document", f"{len(pages)} pages, {characters} characters"
                    if event.document.warnings:
                        detail += f"; {event.document.warnings[0]}"
        except DocmindError as error:
            outcome, detail = type(error).__name__, str(error)
    largest = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {"outcome": outcome, "detail": detail, "mib": largest / 1024}


if __name__ == "__main__":
    sys.exit(main())
