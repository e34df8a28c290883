"""The three sample documents, one a module."""

from pathlib import Path

SOURCES = Path(__file__).parent.parent / "sources"
