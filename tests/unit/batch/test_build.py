"""A batch makes what is missing or stale, and nothing else."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.batch.build import Build, BuildEvent, Left, Settled
from docmind.errors import (
    DamagedInput,
    HomeError,
    ServerBusy,
    ServerRefused,
    ServerUnreachable,
    UsageError,
)
from docmind.export.batch_records import Status
from docmind.model import Kind
from tests.unit.batch.small_batch import RECIPE, Words, inputs_of, manifest_of, order, run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    for name, text in {"a.txt": "one", "b.txt": "one two", "sub/c.txt": "one two three"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def statuses(events: list[BuildEvent]) -> dict[str, Status]:
    return {each.entry.path: each.entry.status for each in events if isinstance(each, Settled)}


def test_each_file_has_a_result_below_its_path_and_a_line_in_the_manifest(
    files: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    run(out, inputs_of(files), order(Words()))

    assert json.loads((out / "sub/c.txt.summary.json").read_text())["words"] == 3
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
    assert [each["path"] for each in lines] == ["a.txt", "b.txt", "sub/c.txt"]
    assert {each["status"] for each in lines} == {"done"}
    assert lines[2]["output"] == "sub/c.txt.summary.json"
    assert lines[2]["error"] is None
    assert list(lines[0])[:6] == ["path", "sha256", "status", "output", "error", "seconds"]


def test_nothing_is_made_again_that_is_there(files: Path, tmp_path: Path) -> None:
    words = Words()
    run(tmp_path / "out", inputs_of(files), order(words))
    words.made.clear()

    events = run(tmp_path / "out", inputs_of(files), order(words))

    assert words.made == []
    assert set(statuses(events).values()) == {Status.UNCHANGED}
    assert {each.status for each in manifest_of(tmp_path / "out")} == {Status.UNCHANGED}


def test_a_changed_file_is_made_again_and_a_result_that_is_gone_too(
    files: Path, tmp_path: Path
) -> None:
    words = Words()
    run(tmp_path / "out", inputs_of(files), order(words))
    words.made.clear()
    (files / "a.txt").write_text("another", encoding="utf-8")
    (tmp_path / "out" / "b.txt.summary.json").unlink()

    run(tmp_path / "out", inputs_of(files), order(words))

    assert sorted(words.made) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    "changed",
    [
        {"record": "words/2"},
        {"parser": "parser 2"},
        {"maker": "rules 2"},
        {"engine": "other"},
        {"model": "other"},
        {"options": {"length": "short"}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_all_is_made_again_when_what_makes_it_changes(
    files: Path, tmp_path: Path, changed: dict[str, object]
) -> None:
    run(tmp_path / "out", inputs_of(files), order(Words()))
    words = Words()

    run(
        tmp_path / "out",
        inputs_of(files),
        order(words, recipe=replace(RECIPE, **changed)),  # type: ignore[arg-type]
    )

    assert len(words.made) == 3


def test_only_pdfs_are_made_again_where_they_are_read_by_other_ocr(
    files: Path, tmp_path: Path
) -> None:
    kinds = {"a.txt": Kind.PDF, "b.txt": None}
    inputs = [replace(each, kind=kinds.get(each.name, Kind.TEXT)) for each in inputs_of(files)]
    run(tmp_path / "out", inputs, order(Words()))
    words = Words()

    run(tmp_path / "out", inputs, order(words, recipe=replace(RECIPE, ocr="ocr auto-eng-150")))
    assert words.made == ["a.txt"]

    run(tmp_path / "out", inputs, order(words, recipe=replace(RECIPE, ocr="ocr auto-eng-150")))
    assert words.made == ["a.txt"]


def test_force_makes_everything_again(files: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", inputs_of(files), order(Words()))
    words = Words()

    run(tmp_path / "out", inputs_of(files), order(words, force=True))

    assert len(words.made) == 3


def test_a_limit_leaves_the_rest_for_later(files: Path, tmp_path: Path) -> None:
    words = Words()

    first = run(tmp_path / "out", inputs_of(files), order(words, limit=2))
    second = run(tmp_path / "out", inputs_of(files), order(words, limit=2))

    assert list(statuses(first).values()).count(Status.SKIPPED) == 1
    assert list(statuses(second).values()).count(Status.DONE) == 1
    assert len(words.made) == 3


def test_a_file_that_fails_stops_no_other_and_is_tried_again(files: Path, tmp_path: Path) -> None:
    broken = Words(fails=lambda name: DamagedInput("b is damaged") if name == "b.txt" else None)
    run(tmp_path / "out", inputs_of(files), order(broken))
    entry = next(each for each in manifest_of(tmp_path / "out") if each.path == "b.txt")
    words = Words()

    run(tmp_path / "out", inputs_of(files), order(words))

    assert (entry.status, entry.error, entry.output) == (Status.FAILED, "b is damaged", None)
    assert len(broken.made) == 3
    assert words.made == ["b.txt"]


def test_a_bug_is_the_failure_of_one_file(files: Path, tmp_path: Path) -> None:
    broken = Words(fails=lambda name: ZeroDivisionError("oh") if name == "b.txt" else None)

    events = run(tmp_path / "out", inputs_of(files), order(broken))

    failed = [each for each in events if isinstance(each, Settled) and each.error]
    assert [each.entry.error for each in failed] == [
        "unexpected ZeroDivisionError: oh (a bug in docmind)"
    ]


def test_what_fails_is_not_waited_for_here(files: Path, tmp_path: Path) -> None:
    tries: list[str] = []

    def fails(name: str) -> Exception | None:
        tries.append(name)
        return {"a.txt": ServerBusy("busy"), "b.txt": ServerRefused("too long")}.get(name)

    events = run(tmp_path / "out", inputs_of(files), order(Words(fails=fails)))

    assert sorted(tries) == ["a.txt", "b.txt", "sub/c.txt"]
    assert statuses(events)["a.txt"] is statuses(events)["b.txt"] is Status.FAILED


def test_a_server_that_is_gone_ends_the_batch_and_keeps_what_is_done(
    files: Path, tmp_path: Path
) -> None:
    gone = Words(fails=lambda name: ServerUnreachable("gone") if name != "a.txt" else None)

    with pytest.raises(ServerUnreachable):
        run(tmp_path / "out", inputs_of(files), order(gone, jobs=1))

    entries = {each.path: each.status for each in manifest_of(tmp_path / "out")}
    assert entries == {"a.txt": Status.DONE, "b.txt": Status.FAILED}


def test_results_of_removed_files_are_named_and_kept(files: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", inputs_of(files), order(Words()))
    (files / "a.txt").unlink()

    events = run(tmp_path / "out", inputs_of(files), order(Words()))

    left = [each for each in events if isinstance(each, Left)]
    assert [entry.path for each in left for entry in each.entries] == ["a.txt"]
    assert (tmp_path / "out/a.txt.summary.json").exists()
    entry = next(each for each in manifest_of(tmp_path / "out") if each.path == "a.txt")
    assert (entry.status, entry.error) == (Status.SKIPPED, "its file is no longer there")
    (tmp_path / "out/a.txt.summary.json").unlink()
    assert Left(()) in run(tmp_path / "out", inputs_of(files), order(Words()))
    assert "a.txt" not in {each.path for each in manifest_of(tmp_path / "out")}


def test_inputs_that_are_not_named_this_time_are_not_forgotten(
    files: Path, tmp_path: Path
) -> None:
    words = Words()
    run(tmp_path / "out", inputs_of(files), order(words))
    run(tmp_path / "out", inputs_of(files)[:1], order(words))
    words.made.clear()

    run(tmp_path / "out", inputs_of(files), order(words))

    assert words.made == []


def test_another_form_of_a_result_is_made_without_the_work(files: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", inputs_of(files), order(Words()))
    words = Words()
    forms = {".md": lambda record: f"# {json.loads(record)['words']} words\n"}

    events = run(tmp_path / "out", inputs_of(files), order(words, forms=forms))
    again = run(tmp_path / "out", inputs_of(files), order(words, forms=forms))

    assert words.made == []
    assert (tmp_path / "out/b.txt.summary.md").read_text() == "# 2 words\n"
    assert statuses(events) == statuses(again)
    entry = next(iter(manifest_of(tmp_path / "out")))
    assert entry.also == ("a.txt.summary.md",)


def test_a_form_is_stale_when_its_record_was_made_anew_without_it(
    files: Path, tmp_path: Path
) -> None:
    forms = {".md": lambda record: f"{json.loads(record)['words']}"}
    run(tmp_path / "out", inputs_of(files), order(Words(), forms=forms))
    (files / "a.txt").write_text("four words it has", encoding="utf-8")
    run(tmp_path / "out", inputs_of(files), order(Words()))

    run(tmp_path / "out", inputs_of(files), order(Words(), forms=forms))

    assert (tmp_path / "out/a.txt.summary.md").read_text() == "4"


def test_two_folders_may_have_files_of_one_name(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder, encoding="utf-8")
    words = Words()
    for folder in ("one", "two", "one", "two"):
        run(tmp_path / "out", inputs_of(tmp_path / folder), order(words))

    assert len(words.made) == 2
    results = [json.loads(path.read_text()) for path in (tmp_path / "out").rglob("*.json")]
    assert {each["first"][0] for each in results} == {"one", "two"}


def test_a_file_keeps_its_result_however_it_is_called(files: Path, tmp_path: Path) -> None:
    run(tmp_path / "out", inputs_of(files), order(Words()))
    words = Words()
    renamed = [replace(each, name=str(each.path)) for each in inputs_of(files)]

    events = run(tmp_path / "out", renamed, order(words))

    assert words.made == []
    assert list(statuses(events)) == ["a.txt", "b.txt", "sub/c.txt"]


def test_a_folder_that_moved_with_its_results_is_not_made_again(
    files: Path, tmp_path: Path
) -> None:
    run(files / "out", inputs_of(files), order(Words()))
    files.rename(tmp_path / "moved")
    words = Words()

    run(tmp_path / "moved/out", inputs_of(tmp_path / "moved"), order(words))

    assert words.made == []


def test_only_one_process_writes_to_a_folder(files: Path, tmp_path: Path) -> None:
    with Build(tmp_path / "out", "summary"), pytest.raises(UsageError, match="Another docmind"):
        Build(tmp_path / "out", "summary")


def test_a_manifest_of_somebody_else_is_left_alone(files: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"name": "mine"}\n', encoding="utf-8")

    with pytest.raises(UsageError, match="not written by docmind"):
        Build(tmp_path, "summary")

    assert (tmp_path / "manifest.jsonl").read_text() == '{"name": "mine"}\n'


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(HomeError, match="cannot be written"):
        Build(tmp_path / "file" / "out", "summary")


def test_a_torn_last_line_is_passed_over_and_does_not_spoil_the_next(
    files: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(out, inputs_of(files), order(Words()))
    manifest = out / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-20])
    words = Words()

    with Build(out, "summary") as build, closing(build.run([], (), order(words))) as events:
        next(events)
        assert [each.path for each in manifest_of(out)] == ["a.txt", "b.txt"]
    run(out, inputs_of(files), order(words))

    assert words.made == ["sub/c.txt"]


def test_closing_ends_the_work_and_keeps_what_is_done(files: Path, tmp_path: Path) -> None:
    words = Words()
    with Build(tmp_path / "out", "summary") as build:
        events = build.run(inputs_of(files), (), order(words, jobs=1))
        settled = next(each for each in events if isinstance(each, Settled))
        events.close()

    done = [each.path for each in manifest_of(tmp_path / "out") if each.status is Status.DONE]
    assert settled.entry.path in done
    assert not list((tmp_path / "out").rglob("*.docmind-part"))


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("a.txt", "a.txt.summary.json"),
        ("sub/a.txt", "sub/a.txt.summary.json"),
        ("../up/a.txt", "a.txt.summary.json"),
        ("/root/a.txt", "a.txt.summary.json"),
        ("./sub/../a.txt", "a.txt.summary.json"),
    ],
)
def test_no_result_leaves_its_folder(tmp_path: Path, files: Path, name: str, output: str) -> None:
    found = replace(inputs_of(files)[0], name=name)

    run(tmp_path / "out", [found], order(Words()))

    (entry,) = manifest_of(tmp_path / "out")
    assert entry.output == output


def test_a_name_that_is_not_utf8_fails_in_words(files: Path, tmp_path: Path) -> None:
    found = replace(inputs_of(files)[0], name="caf\udce9.txt")

    run(tmp_path / "out", [found], order(Words()))

    (entry,) = manifest_of(tmp_path / "out")
    assert (entry.path, entry.status) == ("caf\ufffd.txt", Status.FAILED)


def test_a_very_long_name_has_a_result_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for ending in "ab":
        (tmp_path / "in" / f"{'x' * 240}{ending}.txt").write_text(ending, encoding="utf-8")

    run(tmp_path / "out", inputs_of(tmp_path / "in"), order(Words()))

    assert len({each.output for each in manifest_of(tmp_path / "out")}) == 2
    assert len(list((tmp_path / "out").glob("*.json"))) == 2


def test_results_of_another_kind_are_refused_and_left_as_they_are(
    files: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(out, inputs_of(files), order(Words()))
    before = (out / "manifest.jsonl").read_bytes()

    with pytest.raises(UsageError, match=r"another kind, such as a\.txt\.summary\.json"):
        Build(out, "extract")

    assert (out / "manifest.jsonl").read_bytes() == before
    assert len(list(out.rglob("*.summary.json"))) == 3


def test_a_form_that_is_not_made_again_with_its_result_is_removed(
    files: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(out, inputs_of(files), order(Words(), forms={".md": lambda record: record}))
    (files / "a.txt").write_text("another", encoding="utf-8")

    run(out, inputs_of(files), order(Words()))

    assert sorted(path.name for path in out.rglob("*.md")) == [
        "b.txt.summary.md",
        "c.txt.summary.md",
    ]
    assert len(list(out.rglob("*.summary.json"))) == 3
