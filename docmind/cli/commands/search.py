"""`docmind search`: the passages themselves, ranked, without an answer."""

from __future__ import annotations

from pathlib import Path

import click

from docmind.answers.reading import warnings_of
from docmind.cli.flags import READING, RETRIEVING, Flags, with_flags
from docmind.cli.invocation import page_range, start
from docmind.cli.questions import questions_and_paths
from docmind.cli.reading import DeskLaid, lay_desk
from docmind.export.markdown import search_markdown
from docmind.export.records import SearchRecord, found_passages
from docmind.workspace import Workspace


@click.command("search")
@click.argument("words", nargs=-1, metavar="QUERY PATH…")
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Search for every line of this file instead of QUERY; one JSON record a line.",
)
@with_flags(*READING, *RETRIEVING)
def command(flags: Flags, words: tuple[str, ...], questions: Path | None) -> int:
    """Rank the passages that match a query.

    PATH is a file or a folder; QUERY may be - to read it from stdin.

    \b
    docmind search -k 5 "limitation of liability" contract.pdf
    docmind search --json --retrieval hybrid "who pays for repairs" contracts/
    """
    invocation = start(flags)
    pages = page_range(flags.pages)
    queries, paths = questions_and_paths(words, questions, "search")
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        many = questions is not None
        laid = lay_desk(workspace, paths, invocation, pages=pages, patient=many, model=False)
        limit = invocation.settings.retrieval.passages
        for query in queries:
            record = _record(query, laid, limit, pages)
            if questions is not None:
                invocation.output.record_line(record)
            elif flags.json:
                invocation.output.record(record)
            else:
                invocation.output.markdown(search_markdown(record))
    return laid.exit_code


def _record(query: str, laid: DeskLaid, limit: int, pages: range | None) -> SearchRecord:
    desk = laid.desk
    hits = desk.search(query, limit=limit, pages=pages)
    documents = {document.name: document for document in desk.documents}
    return SearchRecord(
        query=query,
        arms=desk.arms,
        passages=found_passages(hits, documents),
        warnings=(*warnings_of(desk.documents), *laid.warnings),
        failed=laid.failed,
    )
