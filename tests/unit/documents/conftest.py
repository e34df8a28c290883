"""PDFs made for these tests, and readers of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docmind.documents.cache import DocumentCache
from docmind.documents.process import Workers
from docmind.documents.reader import IsolatedReader
from docmind.model import Document
from docmind.ports import DocumentRead, ReadEvent
from docmind.settings import OcrMode, ReadingSettings

_ROOT = Path(__file__).resolve().parents[3]
_MAKER = Path(__file__).with_name("make_samples.py")


@pytest.fixture(scope="session")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of PDFs, made once by a process of its own."""
    folder = tmp_path_factory.mktemp("pdfs")
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    subprocess.run([sys.executable, str(_MAKER), str(folder)], check=True, env=environment)
    return folder


class Reading:
    """Reads files with a cache in a folder of the test's own."""

    def __init__(self, cache_folder: Path, workers: Workers | None = None) -> None:
        self.cache_folder = cache_folder
        self.workers = workers

    def reader(self, settings: ReadingSettings | None = None) -> IsolatedReader:
        """A reader; without OCR unless the settings say otherwise."""
        return IsolatedReader(
            settings or ReadingSettings(ocr=OcrMode.OFF),
            DocumentCache(self.cache_folder),
            self.workers,
        )

    def events(self, path: Path, settings: ReadingSettings | None = None) -> list[ReadEvent]:
        """All that the reader says about a file."""
        return list(self.reader(settings).read(path, path.name))

    def document(self, path: Path, settings: ReadingSettings | None = None) -> Document:
        """The document that a file holds."""
        for event in self.events(path, settings):
            if isinstance(event, DocumentRead):
                return event.document
        raise AssertionError("no DocumentRead among the events")


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """Reads files, with an empty cache."""
    return Reading(tmp_path / "cache")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """What parses the files of several tests."""
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture
def sharing(tmp_path: Path, workers: Workers) -> Reading:
    """Reads files, with an empty cache, by a process that has read others before."""
    return Reading(tmp_path / "cache", workers)
