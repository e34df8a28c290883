"""A batch as a build: what is missing or stale is made, and everything else is kept.

What makes a result of a file is passed in, so that this knows nothing of summaries, engines or
parsers. A file that fails never stops the others; a server that is gone, or a disk that is full,
stops them all, because they would fail in the same way and take hours to do so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import msgspec

from docmind.batch.crew import Crew, Ended
from docmind.batch.inputs import Input, in_utf8, named_apart
from docmind.batch.judging import Judged, Terms, Verdict, judge, without_result
from docmind.batch.making import Make, Progress
from docmind.batch.manifest import Journal
from docmind.batch.outputs import RECORD, Outputs
from docmind.batch.transient import Working, is_gone
from docmind.disk import is_file, unwritable
from docmind.errors import DocmindError, HomeError, UsageError
from docmind.export.batch_records import ManifestEntry, Status
from docmind.locks import lock_of

_LOCK = ".docmind-lock"
NOT_NAMED = "not among the inputs of the last run"
NOT_THERE = "its file is no longer there"


Forms = Mapping[str, Callable[[str], str]]
"""By suffix, what makes another form of a result from its JSON."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made, and how."""

    make: Make
    terms: Terms
    forms: Forms = field(default_factory=dict)
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Settled:
    """What has become of an input; `error` is why it failed, if it did."""

    entry: ManifestEntry
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Results whose files are no longer there; they are kept."""

    entries: tuple[ManifestEntry, ...]


BuildEvent = Progress | Settled | Left


class Build:
    """A folder of results that this process alone may write to. A context manager."""

    def __init__(self, folder: Path, kind: str) -> None:
        """Raises UsageError where another writes there, or what is there is of another kind."""
        self._folder = folder
        self._outputs = Outputs(folder, kind)
        self._settled: dict[str, ManifestEntry] = {}
        with ExitStack() as stack:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                lock = stack.enter_context(lock_of(folder / _LOCK))
            except OSError as error:
                raise unwritable(folder, error) from error
            except HomeError as error:
                cause = error.__cause__
                raise unwritable(folder, cause) if isinstance(cause, OSError) else error from cause
            if lock.is_taken:
                raise UsageError(
                    f"Another docmind is writing to {folder}.",
                    "Wait until it has ended, or name another folder with -o.",
                )
            self._journal = stack.enter_context(Journal(folder))
            self._outputs.require_own(self._journal.entries)
            self._outputs.recover(self._journal.entries)
            self._held = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; safe to call twice."""
        self._held.close()

    def run(
        self, inputs: Iterable[Input], failed: Iterable[ManifestEntry], order: Order
    ) -> Generator[BuildEvent, None, None]:
        """Make what is to be made. `failed` are inputs of which it is known already.

        Closing the iterator ends it, and keeps what is finished. Raises EngineError where the
        server is gone, HomeError where nothing can be written.
        """
        named = named_apart(inputs, self._journal.entries, self._folder)
        complete = False
        try:
            for entry in failed:
                yield self._settle(self._remembering(entry))
            crew: Crew[Judged, Working | ManifestEntry]
            with Crew(lambda judged: self._made(judged, order), order.jobs) as crew:
                for judged in judge(named, self._journal.entries, self._outputs, order.terms):
                    yield from self._begun(judged, crew)
                while crew.busy:
                    yield from self._news(crew, wait=True)
            complete = True
            yield Left(tuple(self._left()))
        finally:
            self._journal.compact(self._entries(named, complete=complete))

    def _begun(
        self, judged: Judged, crew: Crew[Judged, Working | ManifestEntry]
    ) -> Iterator[BuildEvent]:
        """Have it made, once there is room, if there is anything to be made."""
        if judged.verdict.is_work or judged.verdict is Verdict.FORM:
            crew.give(judged)
            while crew.is_full:
                yield from self._news(crew, wait=True)
        else:
            yield self._settle(judged.entry)
        yield from self._news(crew, wait=False)

    def _news(
        self, crew: Crew[Judged, Working | ManifestEntry], *, wait: bool
    ) -> Iterator[BuildEvent]:
        for judged, event in crew.news(wait=wait):
            match event:
                case Working():
                    yield Progress(judged.input, event)
                case ManifestEntry():
                    yield self._settle(event)
                case Ended(error):
                    if error is not None:
                        yield self._failed(judged, error)
                    if error is not None and (is_gone(error) or isinstance(error, HomeError)):
                        raise error

    def _remembering(self, entry: ManifestEntry) -> ManifestEntry:
        """An input of which nothing can be made, with the result that is there of it."""
        known = self._journal.entries.get(entry.path)
        if known is None:
            return entry
        return msgspec.structs.replace(entry, source=known.source, earlier=known.result)

    def _settle(self, entry: ManifestEntry, error: Exception | None = None) -> Settled:
        self._settled[entry.path] = entry
        return Settled(entry, error)

    def _failed(self, judged: Judged, error: Exception) -> Settled:
        text = str(error)
        if not isinstance(error, DocmindError):
            text = f"unexpected {type(error).__name__}: {error} (a bug in docmind)"
        entry = without_result(judged, Status.FAILED, in_utf8(text))
        if not isinstance(error, HomeError):
            self._journal.append(entry)
        return self._settle(entry, error)

    def _made(
        self, judged: Judged, order: Order
    ) -> Generator[Working | ManifestEntry, None, None]:
        """In a thread of the crew: make it, and put it in its place."""
        if judged.verdict is Verdict.FORM:
            yield self._formed(judged, order)
            return
        begun = time.monotonic()
        for event in order.make(judged.input):
            if isinstance(event, Working):
                yield event
                continue
            seconds = round(time.monotonic() - begun, 3)
            entry = msgspec.structs.replace(
                judged.entry,
                sha256=event.sha256,
                key=order.terms.recipe.key(event.sha256, judged.input.kind),
                seconds=seconds,
                made_seconds=seconds,
                tokens=event.tokens,
            )
            texts = {suffix: form(event.record) for suffix, form in order.forms.items()}
            if self._outputs.commit(entry, {RECORD: event.record, **texts}, self._journal):
                yield entry

    def _formed(self, judged: Judged, order: Order) -> ManifestEntry:
        """Another form of a result that is there."""
        entry = judged.entry
        assert entry.output is not None
        try:
            record = self._outputs.path(entry.output).read_text(encoding="utf-8")
        except OSError as error:
            raise unwritable(self._folder, error) from error
        texts = {suffix: form(record) for suffix, form in order.forms.items()}
        self._outputs.commit(entry, texts, self._journal)
        return entry

    def _left(self) -> Iterator[ManifestEntry]:
        """Results of files that are gone."""
        for path, entry in self._journal.entries.items():
            if path not in self._settled and self._is_gone(entry):
                result = self._result_of(entry)
                if result is not None:
                    yield result

    def _result_of(self, entry: ManifestEntry) -> ManifestEntry | None:
        """The entry of a result, if its file is there."""
        result = entry.result
        if result is None or result.output is None:
            return None
        return result if is_file(self._outputs.path(result.output)) else None

    def _is_gone(self, entry: ManifestEntry) -> bool:
        return bool(entry.source) and not (self._folder / entry.source).exists()

    def _entries(self, inputs: Sequence[Input], *, complete: bool) -> Iterator[ManifestEntry]:
        """A line for each input, in order; then what is known of other files."""
        known, settled = self._journal.entries, self._settled
        for path in dict.fromkeys((*(each.name for each in inputs), *settled, *known)):
            entry = settled.get(path) or known.get(path)
            if entry is None or (complete and path not in settled and self._is_over(entry)):
                continue
            yield self._kept(entry) if complete and path not in settled else entry

    def _is_over(self, entry: ManifestEntry) -> bool:
        """Whether neither the file nor its result is there any more, so that it is forgotten."""
        return self._is_gone(entry) and self._result_of(entry) is None

    def _kept(self, entry: ManifestEntry) -> ManifestEntry:
        why = NOT_THERE if self._is_gone(entry) else NOT_NAMED
        return msgspec.structs.replace(entry, status=Status.SKIPPED, error=why)
