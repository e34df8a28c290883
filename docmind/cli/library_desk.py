"""A desk for one question to the library: the documents that rank best for it, and no others.

A library is larger than any desk. Which documents were taken, and of how many, is a warning of
the answer, because an answer from four documents says nothing about the fifth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docmind.answers.ask import words_in
from docmind.answers.question import analyse
from docmind.cli.library import search_library
from docmind.cli.reading import DeskLaid
from docmind.settings import RetrievalArms

if TYPE_CHECKING:
    from docmind.cli.invocation import Invocation
    from docmind.library.library import Library
    from docmind.workspace import Workspace

DOCUMENTS = 4
"""How many documents a question is answered from."""

_LOOKED_AT = 50
_FROM_SOME = {
    "en": "Answered from {} of the library's {} documents, which rank best: {}.",
    "zh": "依据库中排名最前的 {} 份文档（共 {} 份）作答：{}。",
}


def lay_library_desk(
    workspace: Workspace,
    library: Library,
    question: str,
    invocation: Invocation,
    pages: range | None,
) -> DeskLaid:
    """The documents of the library that rank best for a question, on a desk.

    Raises MissingInput where nothing has been added.
    """
    hits, _, warnings = search_library(
        library, question, invocation, limit=_LOOKED_AT, pages=pages
    )
    known = [file.path for file, entry in library.entries() if entry is not None]
    best = list(dict.fromkeys(hit.path for hit in hits)) or known
    desk = workspace.desk(dense=invocation.settings.retrieval.arms is not RetrievalArms.LEXICAL)
    for path in best[:DOCUMENTS]:
        found = library.document(path)
        if found is not None:
            document, tokens = found
            desk.add(document, tokens=tokens)
    if len(known) > len(desk.documents):
        names = ", ".join(document.name for document in desk.documents)
        wanted = invocation.settings.answers.language
        language = words_in(wanted, analyse(question).language)
        warning = _FROM_SOME[language].format(len(desk.documents), len(known), names)
        warnings = (*warnings, warning)
    return DeskLaid(desk, (), warnings)
