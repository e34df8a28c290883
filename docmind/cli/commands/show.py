"""`docmind show`: the text as docmind sees it, which all its offsets count characters of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from docmind.cli.flags import READING, Flags, with_flags
from docmind.cli.invocation import Invocation, start
from docmind.cli.reading import read_all
from docmind.disk import is_folder
from docmind.errors import UnsupportedInput, UsageError
from docmind.export.coverage import coverage_lines
from docmind.export.records import coverage_record, show_record
from docmind.model import Page
from docmind.workspace import Loaded, Workspace


@click.command("show")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--page", type=click.IntRange(min=1), metavar="N", help="Only this physical page.")
@click.option("--coverage", is_flag=True, help="How each page was read, instead of its text.")
@with_flags(*READING)
def command(flags: Flags, path: Path, page: int | None, *, coverage: bool) -> None:
    """Print the text of a document, page by page.

    With --json: pages, and the passages on them with their spans and boxes.

    \b
    docmind show --page 12 contract.pdf
    docmind show --coverage scan.pdf
    docmind show --json contract.pdf | jq '.passages[0]'
    """
    invocation = start(flags)
    if is_folder(path):
        raise UnsupportedInput(f"{path} is a folder.", f"Try: docmind show {path}/FILE")
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        loaded, failures = read_all(workspace, [path], invocation.talk)
        if failures:
            raise failures[0].error
        shown = loaded[0]
        if coverage:
            _show_coverage(shown, _pages(shown, page), invocation)
        elif flags.json:
            _show_record(shown, _pages(shown, page), workspace, invocation)
        else:
            _show_text(shown, _pages(shown, page), invocation, alone=page is not None)
    for warning in shown.document.warnings:
        if not flags.json:
            invocation.talk.warning(warning)


def _pages(shown: Loaded, number: int | None) -> Sequence[Page]:
    pages = shown.document.pages
    if number is None:
        return pages
    if number > len(pages):
        raise UsageError(
            f"{shown.document.name} has no page {number}; the last one is {len(pages)}.",
            f"Try: --page {len(pages)}",
        )
    return (pages[number - 1],)


def _show_coverage(shown: Loaded, pages: Sequence[Page], invocation: Invocation) -> None:
    record = coverage_record(shown.document, shown.tokens, pages)
    if invocation.flags.json:
        invocation.output.record(record)
    else:
        invocation.output.text(coverage_lines(record))


def _show_record(
    shown: Loaded, pages: Sequence[Page], workspace: Workspace, invocation: Invocation
) -> None:
    desk = workspace.desk(dense=False)
    desk.add(shown.document, tokens=shown.tokens)
    passages = desk.passages(shown.document.name)
    invocation.output.record(show_record(shown.document, pages, passages, shown.tokens))


def _show_text(
    shown: Loaded, pages: Sequence[Page], invocation: Invocation, *, alone: bool
) -> None:
    paged = not shown.document.kind.places_are_lines and not alone
    for page in pages:
        if paged:
            label = f" (printed {page.label})" if page.label else ""
            note = "" if page.coverage.readable else f", no text: {page.coverage.value}"
            invocation.output.text(f"=== page {page.number}{label}{note} ===\n")
        invocation.output.text(page.text + "\n" * paged)
