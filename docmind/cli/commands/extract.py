"""`docmind extract`: a JSON Schema in, records with their evidence out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from docmind.answers.reading import language_of
from docmind.cli.engine import await_engine, engine_notes
from docmind.cli.flags import READING, WRITING, Flags, with_flags
from docmind.cli.invocation import Invocation, page_range, start
from docmind.cli.progress import progress
from docmind.cli.reading import read_documents, require_pages
from docmind.desk.extracting import Extractor
from docmind.disk import write_whole
from docmind.errors import DocmindError, ExitCode, MissingInput, UsageError
from docmind.export.encoding import encode
from docmind.export.extract_csv import Table, extract_csv, table_of
from docmind.export.summary_records import extract_record
from docmind.model import Document, Extraction
from docmind.summaries.events import Extracted, ExtractionEvent, PartRead
from docmind.summaries.extract import ExtractOptions
from docmind.summaries.schema_check import checked_schema
from docmind.summaries.shape import Schema
from docmind.workspace import Loaded, Workspace

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
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH…")
@click.option(
    "--schema",
    "schema_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="JSON Schema of what is wanted; - reads it from stdin.",
)
@click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write a file for each document into this folder.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
    help="csv: the rows of the one array of objects that the schema has.",
)
@with_flags(_MODE, _REQUIRE_WHOLE, _PAGES, *WRITING, *READING)
def command(
    flags: Flags, paths: tuple[Path, ...], schema_file: Path, out: Path | None, form: str
) -> int:
    """Fill a JSON Schema from documents, every value with its evidence.

    PATH is a file or a folder. One document gives a JSON record, several give JSON lines. The
    record has the data, which is valid against the schema, the citations of every value by its
    JSON pointer, and the values that their evidence does not contain. A language model reads all
    of the document where there is one; else properties are looked for by their names and types,
    and tables become arrays of objects. What the document does not say is null or left out; where
    the schema requires it, that document fails.

    \b
    docmind extract --schema contract.schema.json contract.pdf | jq .data
    docmind extract --schema prices.schema.json --format csv offers/ > prices.csv
    """
    schema = _schema(schema_file)
    table = table_of(schema.source)
    if form == "csv" and table is None:
        raise UsageError(
            "--format csv needs a schema with one array of objects, at its root or as a property.",
            "Leave out the other arrays, or use --format json",
        )
    if not paths:
        raise UsageError(
            "There is no file or folder to read.",
            f"Try: docmind extract --schema {schema_file} report.pdf",
        )
    invocation = start(flags)
    options = ExtractOptions(
        pages=page_range(flags.pages),
        require_whole=flags.require_whole,
        max_output_tokens=flags.max_output,
        language=invocation.settings.answers.language,
    )
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        workspace.engines.begin()  # looks for the model while the documents are read
        loaded, failed = read_documents(workspace, paths, invocation)
        require_pages([each.document for each in loaded], options.pages)
        await_engine(workspace.engines, invocation)
        extractor = Extractor(invocation.settings, workspace.counter, workspace.engines)
        one = len(loaded) + len(failed) == 1
        writing = _Writing(invocation, out, table if form == "csv" else None, one)
        for each in loaded:
            writing.extract(extractor, each, schema, options, workspace)
    return writing.exit_code(failed=len(failed))


def _schema(file: Path) -> Schema:
    """The schema in a file; raises MissingInput and SchemaError."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise MissingInput(f"The schema {file} cannot be read: {error.strerror}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"The schema {file} is not UTF-8.", "Save it as UTF-8.") from error
    return checked_schema(text, "The schema on stdin" if str(file) == "-" else str(file))


@dataclass(slots=True)
class _Writing:
    """Writes each record when it is there; one document that fails does not stop the others."""

    invocation: Invocation
    out: Path | None
    table: Table | None
    one: bool
    done: int = 0
    errors: list[DocmindError] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def extract(
        self,
        extractor: Extractor,
        loaded: Loaded,
        schema: Schema,
        options: ExtractOptions,
        workspace: Workspace,
    ) -> None:
        """Fill the schema from one document, and write what it gives."""
        document = loaded.document
        try:
            with closing(
                extractor.extract(document, loaded.tokens, schema, options)  # type: ignore[type-var]
            ) as events:
                for event in self._told(events, document.name):
                    if isinstance(event, Extracted):
                        self._write(self._noted(event.extraction, workspace), document)
        except DocmindError as error:
            if self.one:
                raise
            self.errors.append(error)
            text = str(error)
            named = text if document.name in text else f"{document.name}: {text}"
            self.invocation.talk.error(named, error.hint)
            return
        self.done += 1

    def exit_code(self, *, failed: int) -> ExitCode:
        """How the run ends, where so many inputs could not even be read."""
        if not self.errors:
            return ExitCode.SOME_FAILED if failed else ExitCode.OK
        codes = {error.exit_code for error in self.errors}
        all_alike = not self.done and not failed and len(codes) == 1
        return codes.pop() if all_alike else ExitCode.SOME_FAILED

    def _told(self, events: Iterator[ExtractionEvent], name: str) -> Iterator[ExtractionEvent]:
        """The events, while a person at the terminal sees how far it is."""
        with progress(self.invocation.talk) as step:
            for event in events:
                if isinstance(event, PartRead):
                    step(f"Extracting from {name} ({event.done} of {event.total})", 0, 0)
                yield event

    def _noted(self, extraction: Extraction, workspace: Workspace) -> Extraction:
        """The extraction with what is to be known of the engine."""
        engine, flags = extraction.engine.name, self.invocation.flags
        own = engine_notes(engine, "en", workspace.engines, flags)
        return replace(extraction, warnings=(*extraction.warnings, *own))

    def _write(self, extraction: Extraction, document: Document) -> None:
        in_file = self.out is not None
        if self.table is not None:
            text = extract_csv([extraction], self.table, header=in_file or not self.done)
        else:
            record = extract_record(extraction, document, language_of(document))
            text = encode(record, indented=in_file or self.one) + "\n"
        if self.out is None:
            self.invocation.output.verbatim(text)
        else:
            write_whole(self.out / self._name(document.name), text.encode())

    def _name(self, name: str) -> str:
        """What the file of a document is called below the folder; no two are called alike."""
        inside = [step for step in Path(name).parts if step not in ("..", Path(name).anchor)]
        suffix = ".csv" if self.table is not None else ".extract.json"
        stem = unique = str(Path(*inside))
        while unique in self._taken:
            unique = f"{stem}-{len(self._taken)}"
        self._taken.add(unique)
        return unique + suffix
