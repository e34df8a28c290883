"""Documents onto a desk: what ask, search and show do before they do anything of their own.

One input that cannot be read never stops the others; it is named on stderr, in the record, and in
the exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.cli.diagnostics import Talk
from docmind.cli.failures import tell_failures
from docmind.cli.invocation import Invocation
from docmind.cli.progress import progress, spinner
from docmind.errors import EngineError, ExitCode, UsageError
from docmind.export.plain import neutralized
from docmind.export.records import Failure
from docmind.settings import RetrievalArms
from docmind.workspace import Loaded, LoadFailed, Loading, Workspace

if TYPE_CHECKING:
    from docmind.desk import Desk
    from docmind.model import Document


@dataclass(frozen=True, slots=True)
class DeskLaid:
    """Documents that can be asked, the inputs that failed, and what the reader should know."""

    desk: Desk
    failed: tuple[Failure, ...]
    warnings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """How the run ends if all else goes well."""
        return ExitCode.SOME_FAILED if self.failed else ExitCode.OK


def lay_desk(
    workspace: Workspace,
    paths: Sequence[Path],
    invocation: Invocation,
    *,
    pages: range | None,
    patient: bool,
    model: bool = True,
) -> DeskLaid:
    """Read all documents. Raises InputError if none of them can be read.

    Without `model` no language model is going to be asked.

    `patient` waits for the vectors also where the settings leave it open: when many questions
    follow, the same one must not be ranked differently for standing further down the list.
    """
    loaded, failed = read_documents(workspace, paths, invocation)
    require_pages([each.document for each in loaded], pages)
    desk, warnings = desk_of(workspace, loaded, invocation, patient=patient, model=model)
    return DeskLaid(desk, failed, warnings)


def read_documents(
    workspace: Workspace, paths: Sequence[Path], invocation: Invocation
) -> tuple[list[Loaded], tuple[Failure, ...]]:
    """Read all documents, and name those that cannot be; InputError if none of them can."""
    loaded, failures = read_all(workspace, paths, invocation.talk)
    tell_failures([each.error for each in failures], invocation.talk, all_failed=not loaded)
    return loaded, tuple(_failure(each) for each in failures)


def desk_of(
    workspace: Workspace,
    loaded: Sequence[Loaded],
    invocation: Invocation,
    *,
    patient: bool = False,
    model: bool = True,
) -> tuple[Desk, tuple[str, ...]]:
    """These documents on a desk, and what the reader should know of it; see `lay_desk`."""
    arms = invocation.settings.retrieval.arms
    dense = arms is not RetrievalArms.LEXICAL
    wait = arms is RetrievalArms.HYBRID or (patient and dense)
    desk = workspace.desk(dense=dense, eager=wait, model=model)
    desk.add(*(each.document for each in loaded))
    for each in loaded:
        desk.count(each.document.name, each.tokens)
    return desk, _wait_for_vectors(desk, invocation) if wait else ()


def _failure(failed: LoadFailed) -> Failure:
    """For the record, which cannot hold every name that a file can have."""
    return Failure(neutralized(failed.name), neutralized(str(failed.error)))


def read_all(
    workspace: Workspace, paths: Sequence[Path], talk: Talk
) -> tuple[list[Loaded], list[LoadFailed]]:
    """Read the files, showing how far it is."""
    loaded: list[Loaded] = []
    failures: list[LoadFailed] = []
    with progress(talk, speaks=True) as step:
        for event in workspace.load(paths):
            match event:
                case Loading():
                    name = f"{event.name} ({event.number}/{event.total})"
                    step(f"Reading {name}", event.pages_read, event.pages_total)
                case Loaded():
                    loaded.append(event)
                case LoadFailed():
                    failures.append(event)
    return loaded, failures


def require_pages(documents: Sequence[Document], pages: range | None) -> None:
    """Raise UsageError where none of the documents has a page of these."""
    last = max(len(document.pages) for document in documents)
    if pages is not None and pages.start > last:
        raise UsageError(
            f"There is no page {pages.start}; the last one is {last}.", f"Try: --pages 1-{last}"
        )


def _wait_for_vectors(desk: Desk, invocation: Invocation) -> tuple[str, ...]:
    with spinner(invocation.talk, "Waiting for the vectors"):
        ready = desk.wait_for_vectors()
    if ready:
        return ()
    why = desk.vectors_fault or "The embedding model does not read the script of this text."
    if invocation.settings.retrieval.arms is RetrievalArms.HYBRID:
        raise EngineError(
            f"The vectors that --retrieval hybrid needs cannot be made. {why}",
            "Try: docmind doctor, or --retrieval lexical"
            if desk.vectors_fault
            else "Try: --retrieval lexical, or set retrieval.embedding_model in config.toml",
        )
    return () if desk.vectors_fault else (f"{why} BM25 ranked alone.",)
