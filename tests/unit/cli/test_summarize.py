"""`docmind summarize`: one document, several, and folders that are built."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import jsonschema
import msgspec
import pytest

from docmind.export.schema import schema_of
from tests.unit.cli.conftest import CONTRACT, ROOT, Command, started
from tests.waiting import until

OTHER = CONTRACT.replace("thirty", "sixty")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three documents, one of them below, in the folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"a.md": CONTRACT, "b.txt": OTHER, "sub/c.md": OTHER + "\nMore.\n"}.items():
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return "files"


def manifest() -> dict[str, dict[str, object]]:
    lines = Path("out/manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["path"]: entry for entry in map(json.loads, lines)}


def test_one_document_is_json_on_stdout_and_nothing_else(docmind: Command, contract: str) -> None:
    result = docmind("summarize", contract)

    record = json.loads(result.stdout)
    jsonschema.validate(record, schema_of("summary"))
    assert result.exit_code == 0
    assert record["document"]["path"] == "contract.md"
    assert record["engine"]["name"] == "extractive"
    numbers = {number for point in record["overview"] for number in point["citations"]}
    assert numbers <= {each["number"] for each in record["citations"]}
    assert "1 done" in result.stderr or result.stderr == ""


def test_several_documents_are_json_lines_in_their_order(docmind: Command, folder: str) -> None:
    result = docmind("summarize", folder, "--jobs", 3)

    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["document"]["path"] for each in records] == ["a.md", "b.txt", "sub/c.md"]


def test_one_document_can_be_markdown(docmind: Command, contract: str) -> None:
    result = docmind("summarize", "--format", "md", contract)

    assert result.stdout.startswith("# ")
    assert "## Sources" in result.stdout


def test_a_folder_is_built_and_then_kept(docmind: Command, folder: str) -> None:
    first = docmind("summarize", folder, "-o", "out")
    record = json.loads(Path("out/sub/c.md.summary.json").read_text(encoding="utf-8"))
    again = docmind("summarize", folder, "-o", "out")

    jsonschema.validate(record, schema_of("summary"))
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout == again.stdout == ""
    assert "3 done" in first.stderr
    assert "3 unchanged" in again.stderr
    assert {each["status"] for each in manifest().values()} == {"unchanged"}
    for entry in manifest().values():
        jsonschema.validate(entry, schema_of("manifest"))


def test_what_changes_the_result_makes_it_anew(docmind: Command, folder: str) -> None:
    docmind("summarize", folder, "-o", "out")
    result = docmind("summarize", folder, "-o", "out", "--length", "short")
    forced = docmind("summarize", folder, "-o", "out", "--length", "short", "--force")

    assert "3 done" in result.stderr
    assert "3 done" in forced.stderr


def test_what_ocr_can_do_here_decides_on_pdfs_and_on_nothing_else(
    docmind: Command, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(folder, "d.pdf").write_bytes((ROOT / "assets" / "services-agreement.pdf").read_bytes())
    monkeypatch.setattr("docmind.documents.ocr_plan._FOLDERS", ())
    docmind("summarize", folder, "-o", "out")

    docmind("summarize", folder, "-o", "out", "--ocr", "off")
    assert {entry["status"] for entry in manifest().values()} == {"unchanged"}

    Path("tessdata").mkdir()
    Path("tessdata", "eng.traineddata").write_bytes(b"")
    monkeypatch.setenv("TESSDATA_PREFIX", "tessdata")
    docmind("summarize", folder, "-o", "out")

    statuses = {name: entry["status"] for name, entry in manifest().items()}
    assert statuses.pop("d.pdf") == "done"
    assert set(statuses.values()) == {"unchanged"}


def test_the_folder_of_results_is_no_input(docmind: Command, folder: str) -> None:
    docmind("summarize", folder, "-o", f"{folder}/out", "--format", "md")
    result = docmind("summarize", folder, "-o", f"{folder}/out", "--format", "md")

    assert "3 unchanged" in result.stderr
    assert len(list(Path(folder, "out").rglob("*.md"))) == 3


def test_some_that_fail_are_named_and_the_exit_code_says_so(docmind: Command, folder: str) -> None:
    Path(folder, "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    Path(folder, "empty.md").touch()

    result = docmind("summarize", folder, "-o", "out")

    assert result.exit_code == 1
    assert "bad.pdf" in result.stderr
    assert "empty.md" in result.stderr
    assert "Traceback" not in result.stderr
    assert manifest()["bad.pdf"]["status"] == "failed"
    assert manifest()["empty.md"]["status"] == "failed"
    assert len(list(Path("out").rglob("*.summary.json"))) == 3


def test_all_that_fail_are_exit_code_4(docmind: Command, folder: str) -> None:
    results = [docmind("summarize", "no.pdf", *more) for more in ([], ["-o", "out"], ["no.md"])]

    assert [each.exit_code for each in results] == [4, 4, 4]
    assert "no.md" in results[2].stderr
    assert all(each.stdout == "" for each in results)


def test_patterns_choose_the_inputs(docmind: Command, folder: str) -> None:
    only = docmind("summarize", folder, "--include", "*.md", "--exclude", "sub/")

    assert json.loads(only.stdout)["document"]["path"] == "a.md"


def test_nothing_that_matches_is_an_error(docmind: Command, folder: str) -> None:
    result = docmind("summarize", folder, "--include", "*.pdf")

    assert result.exit_code == 4
    assert "matches" in result.stderr


def test_a_limit_leaves_the_rest(docmind: Command, folder: str) -> None:
    docmind("summarize", folder, "-o", "out", "--limit", 2)
    before = [each["status"] for each in manifest().values()]
    docmind("summarize", folder, "-o", "out")

    assert sorted(map(str, before)) == ["done", "done", "skipped"]
    assert len(list(Path("out").rglob("*.summary.json"))) == 3


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    docmind: Command, folder: str
) -> None:
    result = docmind("summarize", folder, "-o", "out", "--dry-run")
    record = json.loads(docmind("summarize", folder, "-o", "out", "--dry-run", "--json").stdout)

    assert not Path("out").exists()
    assert "3 documents to make" in result.stdout
    assert record["todo"] == 3
    assert record["tokens"] == sum(each["tokens"] for each in record["files"])
    jsonschema.validate(record, schema_of("dry_run"))


def test_a_dry_run_knows_what_is_done(docmind: Command, folder: str) -> None:
    docmind("summarize", folder, "-o", "out")
    Path(folder, "a.md").write_text(OTHER, encoding="utf-8")

    result = docmind("summarize", folder, "-o", "out", "--dry-run")

    assert "a.md: its file has changed" in result.stdout
    assert "b.txt: unchanged" in result.stdout
    assert "1 document to make" in result.stdout
    assert "about" in result.stdout


def test_progress_can_be_json_lines_on_stderr(docmind: Command, folder: str) -> None:
    result = docmind("summarize", folder, "-o", "out", "--json")

    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert [each["path"] for each in events if each["event"] == "settled"] != []
    assert events[-1]["event"] == "progress"
    assert events[-1]["settled"] == events[-1]["total"] == 3


def test_quiet_says_nothing(docmind: Command, folder: str) -> None:
    assert docmind("summarize", folder, "-o", "out", "-q").stderr == ""


def test_the_report_of_a_folder_needs_nothing_else(docmind: Command, folder: str) -> None:
    Path(folder, "<script>.md").write_text(CONTRACT, encoding="utf-8")
    docmind("summarize", folder, "-o", "out", "--format", "html")

    page = Path("out/report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert 'href="../files/sub/c.md"' in page


def test_one_writer_at_a_time(docmind: Command, folder: str) -> None:
    from docmind.batch.build import Build

    with Build(Path("out"), "summary"):
        result = docmind("summarize", folder, "-o", "out")

    assert result.exit_code == 2
    assert "Another docmind" in result.stderr


@pytest.mark.parametrize(
    "words", [[], ["a.md", "--watch"], ["a.md", "-o", "files/a.md/out"]], ids=str
)
def test_what_makes_no_sense_is_told(docmind: Command, folder: str, words: list[str]) -> None:
    result = docmind(
        "summarize", *(f"{folder}/{each}" if each == "a.md" else each for each in words)
    )

    assert result.exit_code == 2
    assert "Try" in result.stderr


def test_odd_names_and_links_stop_nothing(docmind: Command, folder: str) -> None:
    Path(os.fsdecode(b"files/caf\xe9.txt")).write_text(CONTRACT, encoding="utf-8")
    Path(folder, "dangling.md").symlink_to("nowhere")
    Path(folder, "link.md").symlink_to("a.md")
    Path(folder, "new\nline.md").write_text(CONTRACT, encoding="utf-8")

    result = docmind("summarize", folder, f"../{Path.cwd().name}/files", "-o", "out")

    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert manifest()["caf\ufffd.txt"]["status"] == "failed"
    assert manifest()["new\nline.md"]["status"] == "done"
    for entry in manifest().values():
        assert entry["output"] is None or Path("out", str(entry["output"])).is_file()


def test_ctrl_c_keeps_what_is_finished(folder: str) -> None:
    for number in range(30):
        Path(folder, f"more{number}.md").write_text(f"{CONTRACT}\n{number}\n", encoding="utf-8")
    process = started("summarize", folder, "-o", "out", "--jobs", "1")
    done = until(lambda: list(Path("out").rglob("*.summary.json")))
    process.send_signal(signal.SIGINT)
    output, talk = process.communicate(timeout=30)

    assert process.returncode == 130
    assert (output, talk) == ("", "")
    assert 1 <= len(done) < 33
    kept = [each for each in manifest().values() if each["status"] == "done"]
    assert len(kept) >= len(done)


def test_a_moving_line_on_the_terminal_leaves_stdout_alone(folder: str, tmp_path: Path) -> None:
    reading, writing = pty.openpty()
    with (tmp_path / "answer.jsonl").open("wb") as file, os.fdopen(reading, "rb", 0) as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "docmind", "summarize", folder],
            stdout=file,
            stderr=writing,
            env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"},
        )
        os.close(writing)
        drawn = b""
        with suppress(OSError):  # what a terminal reads when the other side is gone
            while more := terminal.read(4096):
                drawn += more
        assert process.wait(timeout=60) == 0

    records = (tmp_path / "answer.jsonl").read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in records]) == 3
    assert b"/3 files" in drawn
    assert b"schema" not in drawn


def test_watching_summarizes_what_changes(folder: str) -> None:
    process = started("summarize", folder, "-o", "out", "--watch")
    until(lambda: len(list(Path("out").rglob("*.summary.json"))) == 3)
    Path(folder, "new.md").write_text(CONTRACT, encoding="utf-8")
    until(lambda: Path("out/new.md.summary.json").exists())
    process.send_signal(signal.SIGINT)

    _, talk = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Watching" in talk
    assert "Traceback" not in talk


def test_a_record_can_be_read_back(docmind: Command, contract: str) -> None:
    from docmind.export.encoding import encode
    from docmind.export.summary_records import read_summary

    text = docmind("summarize", contract).stdout

    assert json.loads(encode(read_summary(text))) == json.loads(text)
    with pytest.raises(msgspec.MsgspecError):
        read_summary('{"schema": "docmind.answer/1"}')
