"""`docmind summarize`: documents in, structured summaries out; a folder of them is a build."""

from __future__ import annotations

from typing import Any

import click

from docmind.cli.batch_command import Batch, Looks, require_sense
from docmind.cli.batch_flags import BATCH, OUT, PATHS, Typed
from docmind.cli.batch_report import report_of, write_report
from docmind.cli.flags import READING, ROLE, Flags, with_flags
from docmind.cli.invocation import start
from docmind.cli.output import Output
from docmind.cli.summarizing import Summaries
from docmind.export.summary_markdown import summary_markdown
from docmind.export.summary_records import read_summary
from docmind.summaries.events import Length
from docmind.workspace import Workspace

_MODE = click.option(
    "--mode",
    type=click.Choice(["auto", "whole", "every-part"]),
    help="How a model reads: all at once where it fits, or part by part.",
)
_RETRIEVAL = click.option(
    "--retrieval",
    type=click.Choice(["auto", "lexical", "hybrid"]),
    help="hybrid: without a model, sentences are compared by meaning too, which takes longer.",
)
_LANGUAGE = click.option(
    "--language",
    type=click.Choice(["auto", "en", "zh"]),
    help="Language of the summary; auto: that of the document.",
)


@click.command("summarize")
@PATHS
@OUT
@click.option(
    "--length",
    type=click.Choice([each.value for each in Length]),
    default="medium",
    show_default=True,
    help="How much is told.",
)
@click.option(
    "--focus", default="", metavar="TEXT", help='What matters to you: "termination and liability".'
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "md", "html"]),
    default="json",
    show_default=True,
    help="Markdown or an HTML report; with -o, beside the JSON.",
)
@with_flags(*BATCH, _MODE, ROLE, _LANGUAGE, _RETRIEVAL, *READING)
def command(flags: Flags, length: str, focus: str, form: str, **typed: Any) -> int:
    """Summarize documents, every line with its citations.

    PATH is a file or a folder. Without -o one document goes to stdout as JSON, several as JSON
    lines. With -o each has a file of its own below that folder, with manifest.jsonl beside them:
    run it again and only what is new, changed, failed or made with other settings is done. A
    language model writes where there is one; else the document's best sentences are quoted.

    \b
    docmind summarize contract.pdf --focus "termination and liability"
    docmind summarize contracts/ -o summaries/ --format html
    docmind summarize reports/ -o out/ --include "*.pdf" --dry-run
    """
    wanted = Typed(**typed)
    require_sense(wanted, "docmind summarize report.pdf")
    invocation = start(flags)
    asked, looks = Summaries(length, focus, wanted.jobs), _looks(form, invocation.output)
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        return Batch(workspace, invocation, wanted, looks, asked).run()


def _looks(form: str, output: Output) -> Looks:
    if form == "md":
        return Looks(lambda record: output.markdown(_markdown(record)), forms={".md": _markdown})
    if form == "html":
        records: list[str] = []
        return Looks(records.append, end=lambda: report_of(records), finish=write_report)
    return Looks(output.verbatim)


def _markdown(record: str) -> str:
    return summary_markdown(read_summary(record))
