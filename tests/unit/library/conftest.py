"""Folders of small files to add."""

from __future__ import annotations

from pathlib import Path

import pytest

TEXTS = {
    "contract.txt": "Either party may terminate on thirty days notice.\fThe fee is EUR 4,500.",
    "manual.txt": "Press the green button to start the engine.\n\nOil the axle every week.",
    "sub/notes.txt": "The garden needs water in summer.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files, one of them in a folder of its own."""
    for name, text in TEXTS.items():
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "files"
