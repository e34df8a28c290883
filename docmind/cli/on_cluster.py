"""`--ray`: results made on the machines of a Ray cluster, as they would be made here.

Each process there works out for itself what its results would depend on, and does nothing where
that is not what it is here (another docmind, another model): no manifest could tell them apart.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.batch.inputs import Input
from docmind.batch.making import Make, MakeEvent
from docmind.batch.recipe import Recipe
from docmind.cli.batch_maker import Asked, Maker, cores
from docmind.cli.diagnostics import Talk
from docmind.cli.engine import EXTRACTIVE
from docmind.cli.invocation import Invocation
from docmind.cli.output import Output
from docmind.cli.progress import progress
from docmind.cluster.crew import connected
from docmind.config import Configuration, find_folders
from docmind.disk import is_file
from docmind.errors import ClusterError, MissingInput
from docmind.workspace import Workspace

if TYPE_CHECKING:
    from docmind.batch.build import Order
    from docmind.cli.flags import Flags


@dataclass(frozen=True, slots=True)
class Posting:
    """What a process of the cluster is sent; called there, it has what makes results."""

    flags: Flags
    configuration: Configuration
    asked: Asked
    recipe: Recipe
    indented: bool
    host: str
    folder: str

    @contextmanager
    def __call__(self) -> Iterator[Make]:
        """Raises ClusterError where other results would be made here."""
        with suppress(OSError):  # what is typed may be relative to it
            os.chdir(self.folder)
        talk = Talk()
        talk.quiet = True
        invocation = Invocation(self.flags, self._configuration(), talk, Output(colour=False))
        folders = invocation.configuration.folders
        with Workspace(invocation.settings, folders) as workspace:
            maker = self.asked.maker(workspace, invocation, indented=self.indented)
            _refuse_another(maker.recipe, self.recipe)
            yield lambda found: _made(maker, found)

    def _configuration(self) -> Configuration:
        """That of who asks; on another machine, with the folders that docmind has there."""
        if platform.node() == self.host:
            return self.configuration
        folders = find_folders(os.environ, home=self.flags.home, config=self.flags.config)
        return replace(self.configuration, folders=folders)


def _made(maker: Maker, found: Input) -> Generator[MakeEvent, None, None]:
    if not is_file(found.path):
        raise MissingInput(
            f"{found.name} is not there on {platform.node()}.",
            "Each machine of the cluster has to have the files under the same path, as NFS does.",
        )
    yield from maker.make(found)


def _refuse_another(ours: Recipe, wanted: Recipe) -> None:
    for each in fields(Recipe):
        here, there = getattr(ours, each.name), getattr(wanted, each.name)
        if here != there:
            raise ClusterError(
                f"{platform.node()} would make other results: its {each.name} is {here}, "
                f"and not {there}.",
                "Each machine of the cluster needs the same docmind, the same OCR (--ocr off needs"
                " none), and a server with the same model: --base-url URL names one for all, "
                "--engine extractive needs none.",
            )


@contextmanager
def on_cluster(
    address: str, order: Order, maker: Maker, invocation: Invocation, asked: Asked
) -> Iterator[Order]:
    """The order, with what it makes made on the cluster. Raises UsageError or ClusterError."""
    posting = Posting(
        flags=invocation.flags,
        configuration=invocation.configuration,
        asked=asked,
        recipe=maker.recipe,
        indented=maker.indented,
        host=platform.node(),
        folder=str(Path.cwd()),
    )
    with ExitStack() as stack:
        with progress(invocation.talk) as step:
            step(f"Ray: connecting ({address})", 0, 0)
            ray = stack.enter_context(connected(address, cores()))
        # Where a model writes, processes mostly wait for it, and a processor does for several.
        extracts = maker.recipe.engine == EXTRACTIVE
        crew = ray.crew(posting, asked.jobs or (ray.cpus if extracts else maker.jobs))
        yield replace(order, make=crew.make, jobs=crew.size)
