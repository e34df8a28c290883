"""The flags of a batch, whatever it makes, and what was typed of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from docmind.cli.flags import Decorator


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the inputs, the folder of results, and which of them are made."""

    paths: tuple[Path, ...]
    out: Path | None
    jobs: int | None
    limit: int | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    force: bool
    dry_run: bool
    watch: bool
    ray: str | None


PATHS: Decorator = click.argument(
    "paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH…"
)
OUT: Decorator = click.option(
    "-o",
    "out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for results; what is there and still good is kept.",
)
BATCH: tuple[Decorator, ...] = (
    click.option(
        "--jobs", type=click.IntRange(min=1), metavar="N", help="How many documents at once."
    ),
    click.option(
        "--limit",
        type=click.IntRange(min=0),
        metavar="N",
        help="Do N documents at most; the rest another time.",
    ),
    click.option(
        "--include",
        multiple=True,
        metavar="GLOB",
        help="Only files whose name or path matches; may be repeated.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="GLOB",
        help="No files whose name or path matches; may be repeated.",
    ),
    click.option("--force", is_flag=True, help="Make all results anew."),
    click.option(
        "--dry-run", is_flag=True, help="Say what would be done, and how long it would take."
    ),
    click.option("--watch", is_flag=True, help="Stay, and do what changes; Ctrl-C ends it."),
    click.option(
        "--ray",
        metavar="ADDRESS",
        help="Work on the machines of a Ray cluster: HOST:PORT, auto for the one that runs here, "
        "or local for this machine alone.",
    ),
)
