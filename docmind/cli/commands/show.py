"""`docmind show`: the text as docmind sees it, which all its offsets count characters of."""

from __future__ import annotations

import re
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
_PRINTED = re.compile(r"printed:\s*|p\.?\s*(?=\d)", re.IGNORECASE)
_LONGEST_NUMBER = 9


def _page_wanted(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """What was typed for a page, unless no document can have it."""
    if value is None or (value.strip() and not value.isdecimal()):
        return value
    if not 0 < len(value) <= _LONGEST_NUMBER or not int(value):
        raise click.BadParameter(f"{value[:20]!r} is no page; they are counted from 1.")
    return value


@click.command("show")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=_PATH)
@click.option(
    "--page",
    metavar="N",
    callback=_page_wanted,
    help="Only this physical page; printed:14 (or p14, iv): the one on which that is printed.",
)
@click.option("--coverage", is_flag=True, help="How each page was read, instead of its text.")
@click.option("--files", is_flag=True, help="Which files would be read, and which not, and why.")
@with_flags(*READING)
def command(
    flags: Flags, paths: tuple[Path, ...], page: str | None, *, coverage: bool, files: bool
) -> ExitCode:
    """Print the text of a document, page by page.

    With --json: pages, and the passages on them with their spans and boxes. With --files: not the
    text of a document, but the files that are read where folders are named.

    \b
    docmind show --page 12 contract.pdf
    docmind show --page printed:14 contract.pdf
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
    tell_failures([each.error for each in failed], invocation.talk, all_failed=not files)
    return ExitCode.SOME_FAILED if failed else ExitCode.OK


def _pages(shown: Loaded, wanted: str | None) -> Sequence[Page]:
    """All pages, or the one that is wanted, by its physical number or what is printed on it."""
    pages = shown.document.pages
    if wanted is None:
        return pages
    if not wanted.isdecimal():
        return (_printed(shown, wanted),)
    number = int(wanted)
    if number > len(pages):
        raise UsageError(
            f"{shown.document.name} has no page {number}; the last one is {len(pages)}.",
            f"Try: --page {len(pages)}",
        )
    return (pages[number - 1],)


def _printed(shown: Loaded, wanted: str) -> Page:
    """The page that has this printed as its number. Raises UsageError where none has."""
    label = _PRINTED.sub("", wanted.strip()).casefold()
    labelled = [page for page in shown.document.pages if page.label]
    for page in labelled:
        if page.label and page.label.casefold() == label:
            return page
    if not labelled:
        raise UsageError(
            f"{shown.document.name} has no printed page numbers.", "Try: --page 1, the first page"
        )
    raise UsageError(
        f"On no page of {shown.document.name} {label!r} is printed as its number.",
        f"Printed are {labelled[0].label} to {labelled[-1].label}. Try: --page printed:"
        f"{labelled[-1].label}",
    )


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
