"""`docmind show`: the text as docmind sees it, which all its offsets count characters of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from docmind.cli.failures import tell_failures
from docmind.cli.flags import READING, Flags, with_flags
from docmind.cli.invocation import Invocation, start
from docmind.cli.reading import read_all
from docmind.disk import is_folder
from docmind.errors import ExitCode, UnsupportedInput, UsageError
from docmind.export.coverage import coverage_lines
from docmind.export.files import FilesRecord, ReadFile, SkippedFile, files_lines
from docmind.export.page_records import coverage_record, show_record
from docmind.export.plain import neutralized
from docmind.export.records import Failure
from docmind.model import Page
from docmind.workspace import Loaded, Workspace

_PATH = click.Path(path_type=Path)


@click.command("show")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=_PATH)
@click.option("--page", type=click.IntRange(min=1), metavar="N", help="Only this physical page.")
@click.option("--coverage", is_flag=True, help="How each page was read, instead of its text.")
@click.option("--files", is_flag=True, help="Which files would be read, and which not, and why.")
@with_flags(*READING)
def command(
    flags: Flags, paths: tuple[Path, ...], page: int | None, *, coverage: bool, files: bool
) -> ExitCode:
    """Print the text of a document, page by page.

    With --json: pages, and the passages on them with their spans and boxes. With --files: not the
    text of a document, but the files that are read where folders are named.

    \b
    docmind show --page 12 contract.pdf
    docmind show --coverage scan.pdf
    docmind show --json contract.pdf | jq '.passages[0]'
    docmind show --files .
    """
    invocation = start(flags)
    if files:
        return _show_files(paths, invocation)
    path = _only(paths)
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
    for warning in shown.document.warnings if not flags.json else ():
        invocation.talk.warning(warning)
    return ExitCode.OK


def _only(paths: Sequence[Path]) -> Path:
    """The one file that is named. Raises UsageError or UnsupportedInput for anything else."""
    if len(paths) > 1:
        raise UsageError("docmind show prints one document.", f"Try: docmind show {paths[0]}")
    if is_folder(paths[0]):
        raise UnsupportedInput(
            f"{paths[0]} is a folder.",
            f"Try: docmind show {paths[0]}/FILE, or --files for what is read of it",
        )
    return paths[0]


def _show_files(paths: Sequence[Path], invocation: Invocation) -> ExitCode:
    with Workspace(invocation.settings, invocation.configuration.folders) as workspace:
        files, skipped, failed = workspace.survey(paths)
    record = FilesRecord(
        tuple(
            ReadFile(neutralized(file.name), file.size_bytes, file.kind and file.kind.value)
            for file in files
        ),
        tuple(SkippedFile(neutralized(name), neutralized(reason)) for name, reason in skipped),
        tuple(Failure(neutralized(each.name), neutralized(str(each.error))) for each in failed),
    )
    if invocation.flags.json:
        invocation.output.record(record)
    else:
        invocation.output.text(files_lines(record))
    tell_failures(failed, invocation.talk, all_failed=not files)
    return ExitCode.SOME_FAILED if failed else ExitCode.OK


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
