"""A batch as a command runs it: progress and failures on stderr, and how the run ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from docmind.batch.build import Build, Order, Settled
from docmind.batch.inputs import Input, in_utf8
from docmind.batch.making import Made, Progress, Result, make_all
from docmind.cli.batch_progress import Progressing, Tally, batch_progress
from docmind.cli.invocation import Invocation
from docmind.errors import DocmindError, ExitCode, InputError
from docmind.export.batch_records import ManifestEntry, Status
from docmind.numbers import counted
from docmind.workspace import LoadFailed

_NAMED = 5
_ARE_KEPT = "They are kept. Remove them yourself, if you want to."


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a batch is of: files to read, those that cannot be, and how many are passed over."""

    found: tuple[Input, ...]
    failed: tuple[LoadFailed, ...] = ()
    passed_over: int = 0

    @property
    def total(self) -> int:
        """How many inputs will be settled."""
        return len(self.found) + len(self.failed)


@dataclass(slots=True)
class Outcome:
    """How a batch went, told on stderr as it goes; and the exit code that this makes."""

    invocation: Invocation
    tally: Tally
    errors: list[tuple[str, Exception]] = field(default_factory=list)
    untold: list[tuple[str, Exception]] = field(default_factory=list)

    def fail(self, name: str, error: Exception) -> None:
        """An input has failed: it is named at once, or after the bars are gone."""
        self.errors.append((name, error))
        self.untold.append((name, error))
        if not self.invocation.talk.shows_progress:
            self.tell()

    def tell(self) -> None:
        """Name what has failed and was not named yet."""
        talk = self.invocation.talk
        for name, error in self.untold:
            text = str(error)
            named = text if name in text else f"{name}: {text}"
            if not isinstance(error, DocmindError):
                named = f"{name}: unexpected {type(error).__name__}: {error}; this is a bug"
            if not self.invocation.flags.json:
                talk.error(in_utf8(named), getattr(error, "hint", ""))
        self.untold.clear()

    def end(self) -> ExitCode:
        """How the run ends. Raises the error of an input that was the only one."""
        failed = len(self.errors)
        if not failed:
            return ExitCode.OK
        if failed < self.tally.settled:
            return ExitCode.SOME_FAILED
        codes = {getattr(error, "exit_code", ExitCode.SOME_FAILED) for _, error in self.errors}
        return codes.pop() if len(codes) == 1 else ExitCode.INPUT


def run_build(folder: Path, inputs: Inputs, order: Order, invocation: Invocation) -> ExitCode:
    """Bring a folder of results up to date. Raises UsageError, HomeError or EngineError."""
    tally = Tally(inputs.total)
    outcome = Outcome(invocation, tally)
    left: tuple[ManifestEntry, ...] = ()
    failed = [_failed_entry(each) for each in inputs.failed]
    errors = {entry.path: each.error for entry, each in zip(failed, inputs.failed, strict=True)}
    with Build(folder, order.terms.recipe.kind) as build:
        try:
            with (
                batch_progress(invocation.talk, tally, lines=invocation.flags.json) as shown,
                closing(build.run(inputs.found, failed, order)) as events,
            ):
                for event in events:
                    match event:
                        case Progress():
                            shown.work(event.input.name, event.working)
                        case Settled():
                            _settled(event, shown, outcome, errors)
                        case _:
                            left = event.entries
        except KeyboardInterrupt:
            invocation.talk.note(
                f"Stopped: {tally.told()}. What is done is kept in {folder}; "
                "the same command goes on from there."
            )
            raise
        finally:
            outcome.tell()
    _tell_end(folder, inputs, outcome, left)
    return outcome.end()


def _settled(
    event: Settled, shown: Progressing, outcome: Outcome, errors: dict[str, DocmindError]
) -> None:
    entry = event.entry
    shown.settle(entry)
    if entry.status is Status.FAILED:
        error = event.error or errors.get(entry.path) or InputError(entry.error or "")
        outcome.fail(entry.path, error)


def _failed_entry(failed: LoadFailed) -> ManifestEntry:
    return ManifestEntry(
        in_utf8(failed.name), None, Status.FAILED, None, in_utf8(str(failed.error)), 0.0
    )


def _tell_end(
    folder: Path, inputs: Inputs, outcome: Outcome, left: Sequence[ManifestEntry]
) -> None:
    talk = outcome.invocation.talk
    if outcome.invocation.flags.json:
        return
    if left:
        named = ", ".join(entry.output or "" for entry in left[:_NAMED])
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        talk.warning(
            f"{counted(len(left), 'result')} in {folder} of files that are no longer there: "
            f"{named}{more}. {_ARE_KEPT}"
        )
    passed = f"; {inputs.passed_over:,} passed over" if inputs.passed_over else ""
    talk.note(f"{outcome.tally.told()}{passed}. Results are in {folder}.")


def run_stream(
    inputs: Inputs, order: Order, invocation: Invocation, write: Callable[[str], None]
) -> ExitCode:
    """Make a result of each input, and write each in its turn."""
    tally = Tally(inputs.total)
    outcome = Outcome(invocation, tally)
    try:
        with batch_progress(invocation.talk, tally, lines=invocation.flags.json) as shown:
            for each in inputs.failed:
                shown.settle(_failed_entry(each))
                outcome.fail(each.name, each.error)
            for result in _results(inputs.found, order, shown):
                if result.made is not None:
                    write(result.made.record)
                elif result.error is not None:
                    outcome.fail(result.input.name, result.error)
    finally:
        outcome.tell()
    return outcome.end()


def _results(inputs: Iterable[Input], order: Order, shown: Progressing) -> Iterator[Result]:
    events = make_all(inputs, order.make, order.jobs)
    with closing(events):
        for event in events:
            if isinstance(event, Progress):
                shown.work(event.input.name, event.working)
                continue
            shown.settle(_entry_of(event))
            yield event


def _entry_of(result: Result) -> ManifestEntry:
    """For the progress alone: there is no manifest."""
    name, made = in_utf8(result.input.name), result.made or Made("", "", 0)
    status = Status.FAILED if result.error is not None else Status.DONE
    error = in_utf8(str(result.error)) if result.error is not None else None
    return msgspec.structs.replace(
        ManifestEntry(name, made.sha256, status, None, error, 0.0), tokens=made.tokens
    )
