"""docmind: ask a long document anything in a terminal, and get an answer that you can check.

Importing this package costs nothing: it holds the version and no more.
"""

__version__ = "0.1.0"
