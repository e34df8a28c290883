"""Questions and answers about documents, kept between runs in one SQLite file of docmind's own."""

from docmind.sessions.store import Sessions

__all__ = ["Sessions"]
