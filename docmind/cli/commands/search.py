"""`docmind search`: the passages themselves, ranked, without an answer."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from docmind.answers.reading import warnings_of
from docmind.cli.flags import LIBRARY, READING, RETRIEVING, Flags, with_flags
from docmind.cli.invocation import Invocation, page_range, start
from docmind.cli.library import library_record, open_library
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
@with_flags(LIBRARY, *READING, *RETRIEVING)
def command(flags: Flags, words: tuple[str, ...], questions: Path | None) -> int:
    """Rank the passages that match a query.

    PATH is a file or a folder; QUERY may be - to read it from stdin. With --library there is no
    PATH: what was added is searched, by words and by meaning unless --retrieval says otherwise.

    \b
    docmind search -k 5 "limitation of liability" contract.pdf
    docmind search --library "notice period"
    docmind search --json --retrieval hybrid "who pays for repairs" contracts/
    """
    invocation = start(flags)
    pages = page_range(flags.pages)
    queries, paths = questions_and_paths(words, questions, "search", library=flags.library)
    if flags.library:
        with open_library(invocation) as (_, library):
            for query in queries:
                record = library_record(library, query, invocation, pages)
                _write(record, invocation, one_of_many=questions is not None)
        return 0
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        many = questions is not None
        laid = lay_desk(workspace, paths, invocation, pages=pages, patient=many, model=False)
        limit = invocation.settings.retrieval.passages
        with closing(laid.desk):
            for query in queries:
                record = _record(query, laid, limit, pages)
                _write(record, invocation, one_of_many=many)
    return laid.exit_code


def _write(record: SearchRecord, invocation: Invocation, *, one_of_many: bool) -> None:
    if one_of_many:
        invocation.output.record_line(record)
    elif invocation.flags.json:
        invocation.output.record(record)
    else:
        invocation.output.markdown(search_markdown(record))


def _record(query: str, laid: DeskLaid, limit: int, pages: range | None) -> SearchRecord:
    desk = laid.desk
    hits = desk.search(query, limit=limit, pages=pages)
    documents = {document.name: document for document in desk.documents}
    return SearchRecord(
        query=query,
        arms=desk.arms,
        passages=found_passages(hits, documents),
        warnings=(
            *filter(None, [desk.vectors_fault]),
            *warnings_of(desk.documents),
            *laid.warnings,
        ),
        failed=laid.failed,
    )
