"""A batch whose results are the files' own words, and a program that runs it and may be killed.

    python small_batch.py INPUTS RESULTS SECONDS

SECONDS is how long each file takes.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from docmind.batch.build import Build, BuildEvent, Forms, Order
from docmind.batch.inputs import Input
from docmind.batch.judging import Terms
from docmind.batch.making import Made, MakeEvent
from docmind.batch.recipe import Recipe
from docmind.batch.transient import Working
from docmind.export.batch_records import ManifestEntry

RECIPE = Recipe("words/1", "parser 1", "rules 1", "fake", "words")


@dataclass
class Words:
    """Makes a result of each file: how many words it has. Remembers which it was asked for."""

    seconds: float = 0.0
    fails: Callable[[str], Exception | None] = lambda name: None
    made: list[str] = field(default_factory=list)

    def __call__(self, found: Input) -> Generator[MakeEvent, None, None]:
        yield Working(0, 2)
        yield from pause(random.uniform(0, 2 * self.seconds))
        self.made.append(found.name)
        error = self.fails(found.name)
        if error is not None:
            raise error
        content = found.path.read_bytes()
        words = content.decode().split()
        record = json.dumps({"path": found.name, "words": len(words), "first": words[:1]})
        yield Working(2, 2, len(words))
        yield Made(record, hashlib.sha256(content).hexdigest(), len(words))


def pause(seconds: float) -> Iterator[Working]:
    """Nothing, for so long; told several times a second, so that one can cancel."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        yield Working()
        threading.Event().wait(min(0.2, left))


def inputs_of(folder: Path) -> list[Input]:
    """All text files of a folder, as discovery would call them."""
    return [Input(path, str(path.relative_to(folder))) for path in sorted(folder.rglob("*.txt"))]


def order(
    words: Words,
    *,
    recipe: Recipe = RECIPE,
    forms: Forms | None = None,
    force: bool = False,
    limit: int | None = None,
    jobs: int = 4,
) -> Order:
    """An order for these words."""
    terms = Terms(recipe, tuple(forms or ()), force, limit)
    return Order(words, terms, forms or {}, jobs)


def run(folder: Path, inputs: list[Input], wanted: Order) -> list[BuildEvent]:
    """One run of a batch, from its beginning to its end."""
    with Build(folder, "summary") as build:
        return list(build.run(inputs, (), wanted))


def manifest_of(folder: Path) -> Iterator[ManifestEntry]:
    """The lines of a manifest that are whole."""
    content = (folder / "manifest.jsonl").read_bytes()
    for line in content.split(b"\n")[:-1]:
        try:
            yield msgspec.json.decode(line, type=ManifestEntry)
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue


if __name__ == "__main__":
    run(Path(sys.argv[2]), inputs_of(Path(sys.argv[1])), order(Words(float(sys.argv[3]))))
