"""What a session cites of its documents, as words to highlight."""

from __future__ import annotations

from docmind.model import Box, Session


def cited_words(session: Session, document: str) -> list[tuple[int, tuple[Box, ...], str]]:
    """Page (physical), boxes and a note for each passage of a document that answers cite.

    What several answers cite is marked once, with the questions of all of them.
    """
    questions: dict[tuple[int, tuple[Box, ...]], list[str]] = {}
    for turn in session.turns:
        for citation in turn.answer.citations if turn.answer is not None else ():
            if citation.document == document and citation.page is not None and citation.boxes:
                asked = questions.setdefault((citation.page, citation.boxes), [])
                asked.append(f"{turn.number}. {turn.question} [{citation.number}]")
    return [(page, boxes, "\n".join(asked)) for (page, boxes), asked in questions.items()]
