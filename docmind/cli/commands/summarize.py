"""`docmind summarize`: documents in, structured summaries out; a folder of them is a build."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from docmind.batch.build import Forms, Order
from docmind.batch.judging import Terms
from docmind.cli.batch_inputs import find_inputs
from docmind.cli.batch_report import report_of, write_report
from docmind.cli.batch_run import Inputs, run_build, run_stream
from docmind.cli.batch_survey import tell_plan
from docmind.cli.batch_watch import watch
from docmind.cli.flags import READING, ROLE, Flags, with_flags
from docmind.cli.invocation import Invocation, start
from docmind.cli.summarizing import Asked, Summarizer, summarizer
from docmind.errors import ExitCode, UsageError
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


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, beside the flags that stand for settings."""

    paths: tuple[Path, ...]
    out: Path | None
    length: str
    focus: str
    form: str
    jobs: int | None
    limit: int | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    force: bool
    dry_run: bool
    watch: bool


@click.command("summarize")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH…")
@click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for results; what is there and still good is kept.",
)
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
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="How many documents at once."
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="Summarize N documents at most; the rest another time.",
)
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="Only files whose name or path matches; may be repeated.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="No files whose name or path matches; may be repeated.",
)
@click.option("--force", is_flag=True, help="Make all results anew.")
@click.option(
    "--dry-run", is_flag=True, help="Say what would be done, and how long it would take."
)
@click.option("--watch", is_flag=True, help="Stay, and summarize what changes; Ctrl-C ends it.")
@with_flags(_MODE, ROLE, _LANGUAGE, _RETRIEVAL, *READING)
def command(flags: Flags, **typed: object) -> int:
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
    wanted = Typed(**typed)  # type: ignore[arg-type]
    if not wanted.paths:
        raise UsageError("Nothing was named to summarize.", "Try: docmind summarize report.pdf")
    if wanted.watch and (wanted.out is None or wanted.dry_run):
        raise UsageError("--watch needs a folder for the results.", "Try: -o summaries/ --watch")
    invocation = start(flags)
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        return _Run(workspace, invocation, wanted).go()


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the command."""

    workspace: Workspace
    invocation: Invocation
    wanted: Typed

    def go(self) -> ExitCode:
        """Do what was asked for."""
        wanted, inputs = self.wanted, self._inputs()
        alone = wanted.out is None and inputs.total == 1
        asked = Asked(wanted.length, wanted.focus, wanted.jobs)
        indented = wanted.out is not None or alone
        maker = summarizer(self.workspace, self.invocation, asked, indented=indented)
        for warning in () if self.invocation.flags.json else maker.warnings:
            self.invocation.talk.warning(warning)
        order = self._order(maker)
        if wanted.dry_run:
            return tell_plan(wanted.out, inputs, order, maker.count, self.invocation)
        if wanted.out is None:
            return self._to_stdout(inputs, order)
        if wanted.watch:
            return watch(
                partial(self._to_folder, wanted.out, order), self._inputs, self.invocation
            )
        return self._to_folder(wanted.out, order, inputs)

    def _inputs(self) -> Inputs:
        wanted = self.wanted
        return find_inputs(
            self.workspace, wanted.paths, wanted.out, wanted.include, wanted.exclude
        )

    def _order(self, maker: Summarizer) -> Order:
        forms: Forms = {".md": _markdown} if self.wanted.form == "md" else {}
        terms = Terms(maker.recipe, tuple(forms), self.wanted.force, self.wanted.limit)
        return Order(maker.make, terms, forms, maker.threads)

    def _to_folder(self, out: Path, order: Order, inputs: Inputs) -> ExitCode:
        code = run_build(out, inputs, order, self.invocation)
        if self.wanted.form == "html":
            write_report(out)
        return code

    def _to_stdout(self, inputs: Inputs, order: Order) -> ExitCode:
        output, form = self.invocation.output, self.wanted.form
        records: list[str] = []
        write = {"md": lambda record: output.markdown(_markdown(record)), "html": records.append}
        limited = replace(inputs, found=inputs.found[: self.wanted.limit])
        code = run_stream(limited, order, self.invocation, write.get(form, output.verbatim))
        for piece in report_of(records) if form == "html" else ():
            output.verbatim(piece)
        return code


def _markdown(record: str) -> str:
    return summary_markdown(read_summary(record))
