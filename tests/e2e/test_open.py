"""How `docmind open` begins and ends: the first paint, the sample, files that cannot be read."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

OPEN = [sys.executable, "-m", "docmind", "open", "--retrieval", "lexical"]

SLOW_GIT = """\
#!/bin/sh
echo asked >> {folder}/asked
while ! [ -e {folder}/answers ]; do sleep 0.02; done
exec {git} "$@"
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


def test_a_folder_is_looked_into_once_and_not_before_the_first_paint(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder, program = tmp_path / "repository", tmp_path / "programs" / "git"
    folder.mkdir()
    (folder / "notes.md").write_text("# Notes\n\nThe fee is due within thirty days.\n")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    program.parent.mkdir()
    program.write_text(SLOW_GIT.format(folder=tmp_path, git=shutil.which("git")))
    program.chmod(0o755)
    terminal.start(f"PATH={program.parent}:$PATH {shlex.join([*OPEN, str(folder)])}")
    # git has not answered, so that nobody can know yet what lies in the folder.
    terminal.wait_for(r"❯ Ask repository[\s\S]*Quit")
    (tmp_path / "answers").touch()
    terminal.wait_for("The fee is due")
    terminal.type("C-q")
    terminal.wait_for("exit=0")
    assert (tmp_path / "asked").read_text().splitlines() == ["asked"]


def test_who_names_nothing_reads_a_sample_that_says_that_it_is_one(terminal: Terminal) -> None:
    terminal.start(shlex.join(OPEN))
    terminal.wait_for(r"This is a sample[\s\S]*docmind open FILE")
    terminal.type("When does it end?", "Enter")
    terminal.wait_for("31 March 2028")
    terminal.type("C-q")
    terminal.wait_for("exit=0")


def test_a_file_that_cannot_be_read_is_named_once_more_when_the_screen_is_gone(
    terminal: Terminal, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes((ROOT / "assets" / "services-agreement.pdf").read_bytes()[:2000])
    terminal.start(shlex.join([*OPEN, str(damaged)]))
    terminal.wait_for(r"damaged.pdf +cannot be read")
    assert terminal.state("alternate_on") == "1"
    terminal.type("C-q")
    assert "docmind: " in terminal.wait_for("exit=4")
    assert terminal.state("alternate_on") == "0"
