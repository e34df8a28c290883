"""`docmind schema`: the JSON Schema of each record that docmind prints."""

from __future__ import annotations

import click

from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import speakers
from docmind.errors import UsageError
from docmind.export.schema import RECORDS, schema_of


@click.command("schema")
@click.argument("name", required=False)
@with_flags()
def command(flags: Flags, name: str | None) -> None:
    """Print the JSON Schema of a record.

    Without NAME, list the records. The schemas are draft 2020-12 and stand alone.
    """
    _, output = speakers(flags)
    if name is None:
        if flags.json:
            output.record(list(RECORDS))
        else:
            output.verbatim("\n".join(RECORDS) + "\n")
        return
    if name not in RECORDS:
        raise UsageError(f"There is no record called {name!r}.", f"Known: {', '.join(RECORDS)}")
    output.record(schema_of(name))
