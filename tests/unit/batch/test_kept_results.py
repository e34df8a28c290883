"""A result that is there is not forgotten by a run that made none of its file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.batch.build import Build, BuildEvent, Left, Settled
from docmind.batch.inputs import Input
from docmind.errors import DamagedInput
from docmind.export.batch_records import ManifestEntry, Status
from tests.unit.batch.small_batch import RECIPE, Words, inputs_of, manifest_of, order, run

BROKEN = Words(fails=lambda name: DamagedInput(f"{name} is damaged"))
FORMS = {".md": lambda record: f"# {json.loads(record)['words']} words\n"}
RESULT = "a.txt.summary.json"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "files" / "a.txt"
    path.parent.mkdir()
    path.write_text("one", encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path, file: Path) -> Path:
    """A folder with the result of that file, also as Markdown."""
    run(tmp_path / "out", inputs_of(file.parent), order(Words(), forms=FORMS))
    return tmp_path / "out"


def settled(events: Iterable[BuildEvent]) -> list[Status]:
    return [each.entry.status for each in events if isinstance(each, Settled)]


def entry_of(out: Path) -> ManifestEntry:
    (entry,) = manifest_of(out)
    return entry


def test_a_form_of_a_result_goes_with_it_though_a_run_has_failed_between(
    file: Path, out: Path
) -> None:
    file.write_text("one two", encoding="utf-8")
    run(out, inputs_of(file.parent), order(BROKEN))
    assert entry_of(out).output is None

    run(out, inputs_of(file.parent), order(Words()))

    assert json.loads((out / RESULT).read_text())["words"] == 2
    assert not list(out.rglob("*.md"))


def test_what_another_recipe_left_for_later_is_still_good_for_the_first_one(
    file: Path, out: Path
) -> None:
    other = replace(RECIPE, model="other")
    words = Words()
    run(out, inputs_of(file.parent), order(words, recipe=other, limit=0))
    assert (entry_of(out).status, entry_of(out).output) == (Status.SKIPPED, None)

    events = run(out, inputs_of(file.parent), order(words, forms=FORMS))

    assert (settled(events), words.made) == ([Status.UNCHANGED], [])
    entry = entry_of(out)
    assert (entry.output, entry.also, entry.earlier) == (RESULT, ("a.txt.summary.md",), None)


def test_a_file_that_is_as_it_was_before_it_failed_is_not_made_again(
    file: Path, out: Path
) -> None:
    for _ in range(2):
        file.write_text("one two", encoding="utf-8")
        assert settled(run(out, inputs_of(file.parent), order(BROKEN))) == [Status.FAILED]
    earlier = entry_of(out).earlier
    assert earlier is not None
    assert (earlier.output, earlier.earlier) == (RESULT, None)

    file.write_text("one", encoding="utf-8")

    assert settled(run(out, inputs_of(file.parent), order(BROKEN))) == [Status.UNCHANGED]


def test_a_file_that_cannot_be_opened_for_a_while_keeps_its_result(file: Path, out: Path) -> None:
    content = file.read_bytes()
    gone = inputs_of(file.parent)
    file.unlink()
    assert settled(run(out, gone, order(Words()))) == [Status.FAILED]
    file.write_bytes(content)

    assert settled(run(out, gone, order(BROKEN))) == [Status.UNCHANGED]


def test_a_file_that_is_found_to_be_unreadable_keeps_its_result(file: Path, out: Path) -> None:
    refused = ManifestEntry("a.txt", None, Status.FAILED, None, "a.txt is empty.", 0.0)
    with Build(out, "summary") as build:
        assert settled(build.run((), [refused], order(Words()))) == [Status.FAILED]
    assert entry_of(out).output is None

    assert settled(run(out, inputs_of(file.parent), order(BROKEN))) == [Status.UNCHANGED]


def test_the_place_of_a_kept_result_is_given_to_no_other_file(file: Path, out: Path) -> None:
    run(out, inputs_of(file.parent), order(BROKEN, force=True))
    other = file.parent / "sub" / "a.txt"
    other.parent.mkdir()
    other.write_text("quite another", encoding="utf-8")

    run(out, [Input(other, "a.txt")], order(Words()))

    assert json.loads((out / RESULT).read_text())["words"] == 1


def test_a_kept_result_of_a_file_that_is_gone_is_named(file: Path, out: Path) -> None:
    run(out, inputs_of(file.parent), order(BROKEN, force=True))
    file.unlink()

    events = run(out, [], order(Words()))

    assert [
        entry.output for left in events if isinstance(left, Left) for entry in left.entries
    ] == [RESULT]
    (out / RESULT).unlink()
    run(out, [], order(Words()))
    assert list(manifest_of(out)) == []
