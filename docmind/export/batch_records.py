"""The manifest of a folder of results: a line for each input, as JSON lines.

The first six fields are what the interface promises; the others are what the next run needs to
know which results are still good.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Status(StrEnum):
    """What became of an input in the last run."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


class ManifestEntry(msgspec.Struct, frozen=True):
    """An input, and what was made of it.

    `output` is relative to the folder of results, and null where there is none. `key` names all
    that the result depends on; `also` are further forms of it, made of the same record; `source`
    is where the input lies, relative to the folder of results; `made_seconds` is what the result
    took when it was made, `seconds` what the input took in the last run. Where that run made no
    result of the input (it failed, or was left for later) `earlier` is the entry of the result
    that is still there.
    """

    path: str
    sha256: str | None
    status: Status
    output: str | None
    error: str | None
    seconds: float
    key: str = ""
    also: tuple[str, ...] = ()
    source: str = ""
    tokens: int = 0
    made_seconds: float = 0.0
    earlier: ManifestEntry | None = None

    @property
    def result(self) -> ManifestEntry | None:
        """The entry of the result that is there: this one, or an earlier one."""
        return self if self.output is not None else self.earlier


class PlannedFile(msgspec.Struct, frozen=True):
    """A file, what would be done with it, and its tokens where it would be read."""

    path: str
    todo: bool
    reason: str
    tokens: int | None
    output: str | None


class DryRunRecord(msgspec.Struct, frozen=True, tag_field="schema", tag="docmind.dry_run/1"):
    """What a batch would do. `seconds` is null where nothing is known yet of how fast it is."""

    files: tuple[PlannedFile, ...]
    todo: int
    tokens: int
    seconds: float | None
