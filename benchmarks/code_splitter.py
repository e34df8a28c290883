"""What docmind's search in code is compared with: LlamaIndex's CodeSplitter, and cosine.

Each chunk is embedded with the path of its file above it, as LlamaIndex's own directory reader has
it. Files of a language without a grammar, and those that the splitter refuses, are cut by
LlamaIndex's default splitter. Its parsers come from our grammars, because the package that it
would take them from fetches them from the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from llama_index.core.node_parser import CodeSplitter, SentenceSplitter
from tree_sitter import Language, Parser

from benchmarks.baselines import Vectorizer
from docmind.documents.languages import grammar_of
from docmind.model import Document
from docmind.retrieval.trials import TEST_WEIGHT, asks_for_tests, is_test

if TYPE_CHECKING:
    from docmind.ports import Vectors


class CodeSplitterFiles:
    """Ranks the files of a tree by their best chunk; chunks of a blob are made once."""

    def __init__(self, vectorizer: Vectorizer) -> None:
        self._vectorizer = vectorizer
        self._plain = SentenceSplitter()
        self._splitters: dict[str, CodeSplitter] = {}
        self._chunks: dict[tuple[str, str], list[str]] = {}

    def rankings(self, documents: Sequence[Document], query: str) -> dict[str, list[str]]:
        """Files, best first: by the chunks' scores, and with those of tests halved.

        With the second one, splitting and search can be compared without that rule.
        """
        chunks = [(each, chunk) for each in documents for chunk in self._chunks_of(each)]
        wanted = self._vectorizer.vectors([query])[0]
        texts = [f"file_path: {each.name}\n\n{text}" for each, text in chunks]
        scores = self._vectorizer.vectors(texts) @ wanted
        names = [each.name for each, _ in chunks]
        tests = np.array([is_test(each) for each, _ in chunks])
        halved = np.where(tests & (not asks_for_tests(query)), TEST_WEIGHT * scores, scores)
        return {
            "CodeSplitter": _ranked(names, scores),
            "CodeSplitter, tests halved": _ranked(names, halved),
        }

    def _chunks_of(self, document: Document) -> list[str]:
        key = (document.sha256, document.name)
        if key not in self._chunks:
            text = document.pages[0].text
            self._chunks[key] = [chunk for chunk in self._split(document.name, text) if chunk]
        return self._chunks[key]

    def _split(self, name: str, text: str) -> list[str]:
        grammar = grammar_of(Path(name), text[:200].encode())
        splitters = [self._splitter(grammar), self._plain] if grammar else [self._plain]
        for splitter in splitters:
            with suppress(ValueError):
                return [str(chunk) for chunk in splitter.split_text(text)]
        return []

    def _splitter(self, grammar: str) -> CodeSplitter:
        if grammar not in self._splitters:
            module, function = grammar.split(":")
            parser = Parser(Language(getattr(import_module(module), function)()))
            self._splitters[grammar] = CodeSplitter(language=module, parser=parser)
        return self._splitters[grammar]


def _ranked(names: Sequence[str], scores: Vectors) -> list[str]:
    best = np.argsort(-scores, kind="stable")
    return list(dict.fromkeys(names[at] for at in best.tolist()))
