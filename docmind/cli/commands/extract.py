"""`docmind extract`: a JSON Schema in, records with their evidence out."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from typing import Any

import click

from docmind.cli.batch_command import Batch, Looks, require_sense
from docmind.cli.batch_flags import BATCH, OUT, PATHS, Typed
from docmind.cli.extracting import Extractions
from docmind.cli.flags import READING, WRITING, Flags, with_flags
from docmind.cli.invocation import page_range, start
from docmind.cli.output import Output
from docmind.errors import MissingInput, UsageError
from docmind.export.extract_csv import Table, extract_csv, table_of
from docmind.export.summary_records import read_extract
from docmind.summaries.schema_check import checked_schema
from docmind.summaries.shape import Schema
from docmind.workspace import Workspace

_MODE = click.option(
    "--mode",
    type=click.Choice(["auto", "whole", "every-part"]),
    help="How a model reads: all at once where it fits, or part by part.",
)
_REQUIRE_WHOLE = click.option(
    "--require-whole", is_flag=True, help="Refuse instead of reading part by part."
)
_PAGES = click.option(
    "--pages", metavar="10-20", help="Only these physical pages: 7, 10-20 or 10-."
)


@click.command("extract")
@PATHS
@click.option(
    "--schema",
    "schema_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="JSON Schema of what is wanted; - reads it from stdin.",
)
@OUT
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="csv: the rows of the one array of objects that the schema has.",
)
@with_flags(*BATCH, _MODE, _REQUIRE_WHOLE, _PAGES, *WRITING, *READING)
def command(flags: Flags, schema_file: Path, form: str, **typed: Any) -> int:
    """Fill a JSON Schema from documents, every value with its evidence.

    PATH is a file or a folder. One document gives a JSON record, several give JSON lines. The
    record has the data, which is valid against the schema, the citations of every value by its
    JSON pointer, and the values that their evidence does not contain. A language model reads all
    of the document where there is one; else properties are looked for by their names and types,
    and tables become arrays of objects. What the document does not say is null or left out; where
    the schema requires it, that document fails.

    With -o each document has a file of its own below that folder, with manifest.jsonl beside
    them: run it again and only what is new, changed, failed or made with another schema or other
    settings is done.

    \b
    docmind extract --schema contract.schema.json contract.pdf | jq .data
    docmind extract --schema prices.schema.json --format csv offers/ > prices.csv
    docmind extract --schema contract.schema.json contracts/ -o records/
    """
    schema = _schema(schema_file)
    table = table_of(schema.source)
    if form == "csv" and table is None:
        raise UsageError(
            "--format csv needs a schema with one array of objects, at its root or as a property.",
            "Leave out the other arrays, or use --format json",
        )
    wanted = Typed(**typed)
    require_sense(wanted, f"docmind extract --schema {schema_file} report.pdf")
    invocation = start(flags)
    asked = Extractions(schema, page_range(flags.pages), wanted.jobs)
    looks = _looks(table if form == "csv" else None, invocation.output)
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        return Batch(workspace, invocation, wanted, looks, asked).run()


def _looks(table: Table | None, output: Output) -> Looks:
    if table is None:
        return Looks(output.verbatim)
    numbers = count()

    def rows(record: str, *, header: bool = True) -> str:
        return extract_csv(read_extract(record), table, header=header)

    def write(record: str) -> None:
        """On stdout, where the documents have one header between them."""
        output.verbatim(rows(record, header=next(numbers) == 0))

    return Looks(write, forms={".csv": rows})


def _schema(file: Path) -> Schema:
    """The schema in a file; raises MissingInput and SchemaError."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise MissingInput(
            f"The schema {file} cannot be read: {error.strerror}.",
            "Check the path, or write it on stdin: --schema -",
        ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"The schema {file} is not UTF-8.", "Save it as UTF-8.") from error
    return checked_schema(text, "The schema on stdin" if str(file) == "-" else str(file))
