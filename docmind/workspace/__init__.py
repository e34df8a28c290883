"""The only package that plugs real adapters in: it reads documents and lays desks."""

from docmind.workspace.intake import kind_of
from docmind.workspace.loading import FileToRead, Loaded, LoadEvent, LoadFailed, Loading
from docmind.workspace.workspace import MarkedWords, Workspace

__all__ = [
    "FileToRead",
    "LoadEvent",
    "LoadFailed",
    "Loaded",
    "Loading",
    "MarkedWords",
    "Workspace",
    "kind_of",
]
