"""Logs are kept for a few starts, and read as they grow."""

from __future__ import annotations

from pathlib import Path

from docmind.serving.child import KEPT_LOGS, LogTail, rotate


def test_the_last_few_logs_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    for number in range(KEPT_LOGS + 3):
        rotate(log)
        log.write_text(str(number), encoding="ascii")

    kept = {path.name: path.read_text(encoding="ascii") for path in tmp_path.iterdir()}

    assert kept == {
        "server.log": "7",
        "server.1.log": "6",
        "server.2.log": "5",
        "server.3.log": "4",
        "server.4.log": "3",
    }


def test_a_log_is_read_in_whole_lines_and_a_progress_bar_by_its_steps(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    tail = LogTail(log)
    assert tail.read() == []
    with log.open("a", encoding="utf-8", newline="") as file:
        file.write("one\n\ntw")
        file.flush()
        assert tail.read() == ["one"]
        file.write("o\r10%\r20%")
        file.flush()
        assert tail.read() == ["two", "10%"]
        file.write("\r\nend\n")
        file.flush()

    assert tail.read() == ["20%", "end"]
    assert list(tail.last) == ["one", "two", "10%", "20%", "end"]
