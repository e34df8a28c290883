"""Which source files are tests: they repeat the words of what they try, and decide nothing.

Who asks where something is decided means the place itself, and gets it first; who says "test" in
the question means the tests.
"""

from __future__ import annotations

import re

from docmind.model import Document, Kind

TEST_WEIGHT = 0.5
"""What the score of a test's passage is worth; measured in benchmarks/RESULTS.md."""

_TEST_PATH = re.compile(
    r"(?:^|/)(?:tests?|testing|specs?|__tests__)/|(?:^|/)(?:test_|conftest\.)[^/]*$"
    r"|[._-](?:tests?|spec)\.\w+$|(?:Tests?|Spec)\.\w+$"
)
_ABOUT_TESTS = re.compile(r"\b(?:un)?test(?:s|ed|ing)?\b|\bspecs?\b|\btest_", re.IGNORECASE)


def is_test(document: Document) -> bool:
    """Whether a document is a source file of tests, by its path."""
    return document.kind is Kind.CODE and is_test_path(document.name)


def is_test_path(name: str) -> bool:
    """Whether tests of source code are called so."""
    return _TEST_PATH.search(name) is not None


def asks_for_tests(query: str) -> bool:
    """Whether a query means tests."""
    return _ABOUT_TESTS.search(query) is not None
