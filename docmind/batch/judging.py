"""What is to be done for each input, and why: by its content, and by what is there already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from docmind.batch.inputs import Input, in_utf8, source_of
from docmind.batch.outputs import Outputs
from docmind.batch.recipe import Recipe
from docmind.disk import is_file
from docmind.export.batch_records import ManifestEntry, Status

LEFT_BY_LIMIT = "left for later by --limit"


class Verdict(StrEnum):
    """What is to be done for an input, and why."""

    NEW = "new"
    CHANGED = "its file has changed"
    OTHERWISE = "other settings, prompts or another model"
    FAILED = "it failed before"
    GONE = "its result is gone"
    FORCED = "--force"
    FORM = "another form of its result"
    KEEP = "unchanged"
    LIMIT = LEFT_BY_LIMIT
    UNREADABLE = "it cannot be read"

    @property
    def is_work(self) -> bool:
        """Whether the result has to be made."""
        return self not in (Verdict.FORM, Verdict.KEEP, Verdict.LIMIT, Verdict.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Judged:
    """An input with its verdict. `entry` says what is so now, or will be when it is done.

    `before` is the entry of the result that is there.
    """

    input: Input
    verdict: Verdict
    entry: ManifestEntry
    before: ManifestEntry | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """By what inputs are judged; `forms` are the suffixes that are wanted beside the record."""

    recipe: Recipe
    forms: tuple[str, ...] = ()
    force: bool = False
    limit: int | None = None


def judge(
    inputs: Iterable[Input], entries: Mapping[str, ManifestEntry], outputs: Outputs, terms: Terms
) -> Iterator[Judged]:
    """What is to be done for each input, in order; its file is read here, for its hash."""
    results = ((path, each.result) for path, each in entries.items())
    taken = {each.output: path for path, each in results if each is not None and each.output}
    left = terms.limit
    for found in inputs:
        judged = _judged(found, entries.get(found.name), outputs, terms, taken)
        if judged.verdict.is_work and left is not None:
            if left == 0:
                entry = without_result(judged, Status.SKIPPED, LEFT_BY_LIMIT)
                judged = Judged(judged.input, Verdict.LIMIT, entry, judged.before)
            left = max(0, left - 1)
        yield judged


def _judged(
    found: Input,
    known: ManifestEntry | None,
    outputs: Outputs,
    terms: Terms,
    taken: dict[str, str],
) -> Judged:
    before = known.result if known is not None else None
    try:
        sha256 = _sha256(found)
    except (OSError, ValueError) as error:
        return _unreadable(found, error, before)
    output = before.output if before is not None else None
    if output is None:
        output = outputs.allot(found.name, taken)
        taken[output] = found.name
    key = terms.recipe.key(sha256, found.kind)
    verdict = _verdict(known, sha256, key, outputs, terms)
    entry = ManifestEntry(
        path=found.name,
        sha256=sha256,
        status=Status.UNCHANGED if not verdict.is_work else Status.DONE,
        output=output,
        error=None,
        seconds=0.0,
        key=key,
        also=tuple(outputs.form(output, suffix) for suffix in terms.forms),
        source=source_of(found.path, outputs.folder),
    )
    if before is not None and not verdict.is_work:
        entry = _kept(entry, before)
    return Judged(found, verdict, entry, before)


def _sha256(found: Input) -> str:
    """Raises OSError, or ValueError for a name that a manifest cannot have."""
    if in_utf8(found.name) != found.name:
        raise ValueError("its name is not UTF-8; give it another one")
    with found.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(found: Input, error: OSError | ValueError, before: ManifestEntry | None) -> Judged:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    name = in_utf8(found.name)
    source = before.source if before is not None else ""
    entry = ManifestEntry(
        name, None, Status.FAILED, None, f"{name}: {why}", 0.0, source=source, earlier=before
    )
    return Judged(found, Verdict.UNREADABLE, entry, before)


def _kept(entry: ManifestEntry, before: ManifestEntry) -> ManifestEntry:
    """The entry of a result that stays, with what is known of how it was made."""
    also = tuple(dict.fromkeys((*before.also, *entry.also)))
    return msgspec.structs.replace(
        entry, also=also, tokens=before.tokens, made_seconds=before.made_seconds
    )


def _verdict(
    known: ManifestEntry | None, sha256: str, key: str, outputs: Outputs, terms: Terms
) -> Verdict:
    if terms.force:
        return Verdict.FORCED
    failed = known is not None and known.status is Status.FAILED
    before = known.result if known is not None else None
    if before is None or before.output is None:
        return Verdict.FAILED if failed else Verdict.NEW
    if before.key != key:
        changed = Verdict.OTHERWISE if before.sha256 == sha256 else Verdict.CHANGED
        return Verdict.FAILED if failed else changed
    if not is_file(outputs.path(before.output)):
        return Verdict.GONE
    return Verdict.KEEP if _has_forms(before, before.output, outputs, terms) else Verdict.FORM


def _has_forms(before: ManifestEntry, output: str, outputs: Outputs, terms: Terms) -> bool:
    """Whether every form that is wanted is there, and was made of this very record."""
    forms = [outputs.form(output, suffix) for suffix in terms.forms]
    return all(form in before.also and is_file(outputs.path(form)) for form in forms)


def without_result(judged: Judged, status: Status, why: str) -> ManifestEntry:
    """The entry of an input of which nothing was made now; what is there of it stays known."""
    return ManifestEntry(
        path=judged.entry.path,
        sha256=judged.entry.sha256,
        status=status,
        output=None,
        error=why,
        seconds=0.0,
        source=judged.entry.source,
        earlier=judged.before,
    )
