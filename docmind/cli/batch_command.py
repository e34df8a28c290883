"""A command that makes a record of each document, from its flags to its exit code.

What is made, and how it looks, is passed in: a batch of summaries and one of extractions differ in
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from docmind.answers.patience import OF_A_BATCH, Patience
from docmind.batch.build import Forms, Order
from docmind.batch.judging import Terms
from docmind.cli.batch_flags import Typed
from docmind.cli.batch_inputs import find_inputs
from docmind.cli.batch_maker import Asked, Maker
from docmind.cli.batch_run import Inputs, run_build, run_stream
from docmind.cli.batch_survey import tell_plan
from docmind.cli.batch_watch import watch
from docmind.cli.invocation import Invocation
from docmind.cli.on_cluster import on_cluster
from docmind.errors import ExitCode, UsageError
from docmind.workspace import Workspace


def _nothing() -> Iterator[str]:
    return iter(())


def _leave(folder: Path) -> None:
    """Leave a folder of results as it is."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How results look: `write` puts a record on stdout, where `end` comes after the last one.

    In a folder `forms` stand beside the records, and `finish` is called after every build.
    """

    write: Callable[[str], None]
    end: Callable[[], Iterator[str]] = _nothing
    forms: Forms = field(default_factory=dict)
    finish: Callable[[Path], object] = _leave


def require_sense(typed: Typed, example: str) -> None:
    """Raise UsageError for what cannot be meant, before any work; `example` names an input."""
    if not typed.paths:
        raise UsageError("There is no file or folder to read.", f"Try: {example}")
    if typed.watch and (typed.out is None or typed.dry_run):
        raise UsageError("--watch needs a folder for the results.", "Try: -o results/ --watch")


@dataclass(frozen=True, slots=True)
class Batch:
    """One run of such a command."""

    workspace: Workspace
    invocation: Invocation
    typed: Typed
    looks: Looks
    asked: Asked

    def run(self) -> ExitCode:
        """Do what was asked for. Raises DocmindError."""
        typed, inputs = self.typed, self._inputs()
        maker = self.asked.maker(
            self.workspace,
            self.invocation,
            indented=typed.out is not None or inputs.total == 1,
            patience=Patience() if inputs.total == 1 and not typed.watch else OF_A_BATCH,
        )
        for warning in () if self.invocation.flags.json else maker.warnings:
            self.invocation.talk.warning(warning)
        order = self._order(maker)
        if typed.dry_run:
            return tell_plan(typed.out, inputs, order, maker.count, self.invocation)
        with self._crewed(order, maker) as crewed:
            return self._made(inputs, crewed)

    def _made(self, inputs: Inputs, order: Order) -> ExitCode:
        if self.typed.out is None:
            return self._to_stdout(inputs, order)
        build = partial(self._to_folder, self.typed.out, order)
        if self.typed.watch:
            return watch(build, self._inputs, self.invocation)
        return build(inputs)

    def _crewed(self, order: Order, maker: Maker) -> AbstractContextManager[Order]:
        """The order, with what it makes made here or on a cluster."""
        if self.typed.ray is None:
            return nullcontext(order)
        return on_cluster(self.typed.ray, order, maker, self.invocation, self.asked)

    def _inputs(self) -> Inputs:
        typed = self.typed
        return find_inputs(self.workspace, typed.paths, typed.out, typed.include, typed.exclude)

    def _order(self, maker: Maker) -> Order:
        forms, typed = self.looks.forms, self.typed
        terms = Terms(maker.recipe, tuple(forms), typed.force, typed.limit)
        return Order(maker.make, terms, forms, maker.threads)

    def _to_folder(self, out: Path, order: Order, inputs: Inputs) -> ExitCode:
        code = run_build(out, inputs, order, self.invocation)
        self.looks.finish(out)
        return code

    def _to_stdout(self, inputs: Inputs, order: Order) -> ExitCode:
        limited = replace(inputs, found=inputs.found[: self.typed.limit])
        code = run_stream(limited, order, self.invocation, self.looks.write)
        for piece in self.looks.end():
            self.invocation.output.verbatim(piece)
        return code
