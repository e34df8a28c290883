"""Where results go in their folder, and how they get there: whole, and exactly once.

The line in the manifest is what makes a result count. Its files are written beside their places
before that, and renamed into them after; what a kill leaves between the two is finished by the
next run, so that nothing that counts is ever made a second time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path, PurePosixPath

from docmind.batch.manifest import PART, Journal
from docmind.disk import unwritable
from docmind.drafts import Draft
from docmind.errors import UsageError
from docmind.export.batch_records import ManifestEntry

RECORD = ".json"
"""The form of a result that all other forms are made of."""

_LONGEST_NAME_BYTES = 200


class Outputs:
    """The files of results below one folder; `kind` stands in their names: "summary"."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self._kind = kind

    def path(self, output: str) -> Path:
        """Where a result is, by the name that the manifest has for it."""
        return self.folder / output

    def require_own(self, entries: Mapping[str, ManifestEntry]) -> None:
        """Raise UsageError where the manifest is of results of another kind.

        An input has one line there: what is of another kind would be lost without a word.
        """
        ending = f".{self._kind}{RECORD}"
        for entry in entries.values():
            result = entry.result
            if result and result.output and not result.output.endswith(ending):
                raise UsageError(
                    f"{self.folder} has results of another kind, such as {result.output}.",
                    "Name another folder with -o.",
                )

    def allot(self, name: str, taken: Mapping[str, str]) -> str:
        """A place for the result of this input, which no other has; `taken` has their inputs."""
        for stem in _stems(name):
            output = f"{stem}.{self._kind}{RECORD}"
            if taken.get(output, name) == name:
                return output
        raise AssertionError("there is always another number")

    def form(self, output: str, suffix: str) -> str:
        """The name of another form of a result."""
        return output.removesuffix(RECORD) + suffix

    def commit(self, entry: ManifestEntry, texts: Mapping[str, str], journal: Journal) -> bool:
        """Put these forms of a result in place, and note it; `texts` by suffix.

        False where the journal takes no more, and then nothing is changed. Raises HomeError.
        """
        assert entry.output is not None
        output = entry.output
        drafts = [self._drafted(output, suffix, entry, texts[suffix]) for suffix in texts]
        known = journal.entries.get(entry.path)
        before = known.result if known is not None else None
        if not journal.append(entry):
            for draft in drafts:
                draft.drop()
            return False
        try:
            self._remove_other_forms(before, entry)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        for draft in drafts:
            draft.commit()
        return True

    def recover(self, entries: Mapping[str, ManifestEntry]) -> None:
        """Finish what a killed run had noted, and remove what it had only begun."""
        places: dict[Path, Path] = {}
        for entry in entries.values():
            result = entry.result
            if result is None or result.output is None:
                continue
            for suffix in (RECORD, *(Path(also).suffix for also in result.also)):
                place = self.path(self.form(result.output, suffix))
                places[place.with_name(_ticket(result, suffix))] = place
        try:
            for part in _parts_below(self.folder):
                place_or_none = places.get(part)
                if place_or_none is None:
                    part.unlink(missing_ok=True)
                else:
                    part.replace(place_or_none)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def _remove_other_forms(self, before: ManifestEntry | None, entry: ManifestEntry) -> None:
        """Remove the forms of the result before, which say something else than this one."""
        for also in set(before.also if before is not None else ()) - set(entry.also):
            suffix = Path(also).suffix
            if entry.output is not None and suffix != RECORD:
                self.path(self.form(entry.output, suffix)).unlink(missing_ok=True)

    def _drafted(self, output: str, suffix: str, entry: ManifestEntry, text: str) -> Draft:
        """A form of a result, whole, beside its place."""
        draft = Draft(self.path(self.form(output, suffix)), _ticket(entry, suffix))
        try:
            draft.write(text.encode())
            draft.finish()
        except BaseException:
            draft.drop()
            raise
        return draft


def _ticket(entry: ManifestEntry, suffix: str) -> str:
    """The name of a file that is not in its place yet: another for every result and every key."""
    named = f"{entry.key}\0{entry.output}".encode()
    return f".{hashlib.sha256(named).hexdigest()[:32]}{suffix}{PART}"


def _parts_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith(PART):
                yield Path(parent, name)


def _stems(name: str) -> Iterator[str]:
    """Where the result of an input may go: by its path; by ever more of it; with a number."""
    path = PurePosixPath(name)
    parts = [_short(part) for part in path.parts if part not in ("/", "//", "..", ".")]
    if not path.is_absolute() and ".." not in path.parts and parts:
        yield "/".join(parts)
    for depth in range(1, len(parts) + 1):
        yield "/".join(parts[-depth:])
    last = parts[-1] if parts else "result"
    yield from (f"{last}~{number}" for number in count(2))


def _short(part: str) -> str:
    """A name to which something can be added; two long ones do not become the same."""
    encoded = part.encode()
    if len(encoded) <= _LONGEST_NAME_BYTES:
        return part
    digest = hashlib.sha256(encoded).hexdigest()[:8]
    return encoded[: _LONGEST_NAME_BYTES - 9].decode(errors="ignore") + f"~{digest}"
