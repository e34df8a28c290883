"""`--dry-run`: what a batch would do, how many tokens that is, and about how long it takes.

Documents are read for it, because nothing else tells their tokens; they are in the cache then, so
the time is not lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from docmind.batch.build import Order
from docmind.batch.inputs import Input, in_utf8, named_apart
from docmind.batch.judging import Judged, Verdict, judge
from docmind.batch.making import Make, Result, make_all
from docmind.batch.manifest import read_entries
from docmind.batch.outputs import Outputs
from docmind.cli.batch_progress import clock
from docmind.cli.batch_run import Inputs
from docmind.cli.invocation import Invocation
from docmind.cli.progress import progress
from docmind.errors import ExitCode
from docmind.export.batch_records import DryRunRecord, ManifestEntry, PlannedFile, Status
from docmind.export.plain import one_line
from docmind.numbers import counted


def tell_plan(
    folder: Path | None, inputs: Inputs, order: Order, count: Make, invocation: Invocation
) -> ExitCode:
    """Print what would be done; nothing is written but the cache. Raises UsageError."""
    entries = read_entries(folder) if folder is not None else {}
    results = folder if folder is not None else Path()
    outputs = Outputs(results, order.terms.recipe.kind)
    outputs.require_own(entries)
    named = named_apart(inputs.found, entries, results)
    terms = order.terms if folder is not None else replace(order.terms, forms=())
    judged = list(judge(named, entries, outputs, terms))
    todo = {each.input.name: each.input for each in judged if each.verdict.is_work}
    tokens, failed = _counted(todo.values(), replace(order, make=count), invocation)
    failed |= {in_utf8(each.name): str(each.error) for each in inputs.failed}
    files = [_planned(each, tokens, failed, in_folder=folder is not None) for each in judged]
    files += [
        PlannedFile(
            in_utf8(each.name), todo=False, reason=str(each.error), tokens=None, output=None
        )
        for each in inputs.failed
    ]
    total = sum(tokens.values())
    record = DryRunRecord(
        tuple(files), len(tokens), total, _seconds(entries.values(), total, order.jobs)
    )
    if invocation.flags.json:
        invocation.output.record(record)
    else:
        invocation.output.text(_lines(record))
    return ExitCode.SOME_FAILED if failed else ExitCode.OK


def _counted(
    inputs: Iterable[Input], order: Order, invocation: Invocation
) -> tuple[dict[str, int], dict[str, str]]:
    """The tokens of each input, and why some cannot be read."""
    tokens: dict[str, int] = {}
    failed: dict[str, str] = {}
    events = make_all(inputs, order.make, order.jobs)
    with progress(invocation.talk) as step, closing(events):
        for event in events:
            if not isinstance(event, Result):
                step(f"Reading {event.input.name} ({len(tokens)} files are read)", 0, 0)
            elif event.made is not None:
                tokens[event.input.name] = event.made.tokens
            else:
                failed[event.input.name] = str(event.error)
    return tokens, failed


def _planned(
    judged: Judged, tokens: dict[str, int], failed: dict[str, str], *, in_folder: bool
) -> PlannedFile:
    name, verdict = judged.input.name, judged.verdict
    reason = failed.get(name) or judged.entry.error or str(verdict)
    return PlannedFile(
        path=in_utf8(name),
        todo=(verdict.is_work or verdict is Verdict.FORM) and name not in failed,
        reason=in_utf8(reason),
        tokens=tokens.get(name),
        output=judged.entry.output if in_folder else None,
    )


def _seconds(entries: Iterable[ManifestEntry], tokens: int, jobs: int) -> float | None:
    """About how long so many tokens take in so many threads, by what was made before."""
    made = [each for each in entries if each.made_seconds and each.tokens]
    read, seconds = sum(each.tokens for each in made), sum(each.made_seconds for each in made)
    return round(tokens / read * seconds / jobs, 1) if read else None


def _lines(record: DryRunRecord) -> str:
    lines = [
        f"{'make' if file.todo else 'keep' if file.reason == Status.UNCHANGED else 'leave':<5} "
        f"{'' if file.tokens is None else format(file.tokens, ','):>11}  "
        f"{one_line(file.path)}: {one_line(file.reason)}"
        for file in record.files
    ]
    time = "how long it takes will be known once a document is done"
    if record.seconds is not None:
        time = f"about {clock(record.seconds)}, by the documents that are done"
    if not record.todo:
        time = "nothing to do"
    lines.append(f"{counted(record.todo, 'document')} to make, {record.tokens:,} tokens; {time}")
    return "\n".join(lines)
