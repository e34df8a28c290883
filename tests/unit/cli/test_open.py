"""`docmind open` before and after the screen: what is opened, and how it ends."""

from __future__ import annotations

import gc
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from docmind.cli import sample
from docmind.errors import DamagedInput, EncryptedInput
from docmind.settings import Settings
from docmind.tui import app
from docmind.tui.app import Readings
from docmind.tui.messages import ReadingFailed
from docmind.workspace import Workspace
from tests.unit.cli.conftest import ROOT, Command


@dataclass
class Screen:
    """Stands in for the application: notes what it is given, and ends as the test wants."""

    opened: list[tuple[Path, ...]] = field(default_factory=list)
    samples: list[bool] = field(default_factory=list)
    settings: list[Settings] = field(default_factory=list)
    exit_code: int = 0
    readings: Readings = field(default_factory=Readings)

    def run(
        self, workspace: Workspace, paths: Sequence[Path], *, sample: bool
    ) -> tuple[int, Readings]:
        gc.enable()  # as the application does
        self.opened.append(tuple(paths))
        self.samples.append(sample)
        self.settings.append(workspace.settings)
        return self.exit_code, self.readings


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal, and the application that draws on it."""
    made = Screen()
    monkeypatch.setattr("docmind.cli.commands.open._on_a_terminal", lambda: True)
    monkeypatch.setattr(app, "run_app", made.run)
    return made


def failed(name: str, error: type[DamagedInput | EncryptedInput]) -> ReadingFailed:
    return ReadingFailed(name, error(f"{name} cannot be read.", "Try: another"))


def test_without_a_path_the_sample_is_opened_as_one(docmind: Command, screen: Screen) -> None:
    assert docmind("open").exit_code == 0

    assert screen.opened == [(ROOT / "assets" / "services-agreement.pdf",)]
    assert screen.samples == [True]


def test_what_is_named_is_no_sample(docmind: Command, screen: Screen, contract: str) -> None:
    assert docmind("open", contract).exit_code == 0

    assert (screen.opened, screen.samples) == ([(Path(contract),)], [False])


def test_a_package_that_holds_the_sample_shows_its_own(
    docmind: Command, screen: Screen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packed = tmp_path / "samples" / sample.NAME
    packed.parent.mkdir()
    packed.touch()
    monkeypatch.setattr(sample, "files", lambda _: tmp_path)
    docmind("open")

    assert screen.opened == [(packed,)]


def test_a_package_without_the_sample_says_so(
    docmind: Command, screen: Screen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sample, "files", lambda _: tmp_path)
    result = docmind("open")

    assert (result.exit_code, screen.opened) == (4, [])
    assert "Try: docmind open FILE" in result.stderr


def test_a_wheel_is_built_with_the_sample_where_the_package_looks_for_it() -> None:
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    forced = hatch["build"]["targets"]["wheel"]["force-include"]

    assert forced == {f"assets/{sample.NAME}": f"docmind/samples/{sample.NAME}"}
    assert (ROOT / "assets" / sample.NAME).is_file()


def test_no_animation_is_a_setting_that_is_off(
    docmind: Command, screen: Screen, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCMIND_INTERFACE_ANIMATIONS", "true")
    docmind("open", contract)
    docmind("open", "--no-animation", contract)

    assert [each.interface.animations for each in screen.settings] == [True, False]


def test_where_no_path_leads_anywhere_no_screen_is_taken(docmind: Command, screen: Screen) -> None:
    result = docmind("open", "no-such.pdf")

    assert (result.exit_code, screen.opened) == (4, [])
    assert "There is no file no-such.pdf" in result.stderr


def test_no_folder_is_looked_into_before_the_screen_is_taken(
    docmind: Command, screen: Screen, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "find", lambda *_: pytest.fail("it was looked into"))
    docmind("open", Path(contract).absolute().parent, "no-such.pdf")

    assert len(screen.opened) == 1


@pytest.mark.parametrize(
    ("failures", "some_read", "exit_code"),
    [
        pytest.param(["one.pdf"], False, 4, id="the only one"),
        pytest.param(["one.pdf", "two.pdf"], False, 4, id="all of several"),
        pytest.param(["one.pdf", "two.pdf"], True, 1, id="some of several"),
        pytest.param([], True, 0, id="none"),
    ],
)
def test_what_could_not_be_read_is_named_at_the_end_and_in_the_exit_code(
    docmind: Command, screen: Screen, contract: str,
    failures: list[str], some_read: bool, exit_code: int,
) -> None:  # fmt: skip
    told = [failed(name, DamagedInput) for name in failures]
    screen.readings = Readings(told, some_read=some_read, ended=True)
    result = docmind("open", contract)

    assert result.exit_code == exit_code
    assert all(f"docmind: {name} cannot be read." in result.stderr for name in failures)


def test_who_leaves_before_all_was_read_is_told_of_some(
    docmind: Command, screen: Screen, contract: str
) -> None:
    screen.readings = Readings([failed("one.pdf", EncryptedInput)])

    assert docmind("open", contract).exit_code == 1


def test_a_signal_counts_more_than_what_could_not_be_read(
    docmind: Command, screen: Screen, contract: str
) -> None:
    screen.exit_code = 143
    screen.readings = Readings([failed("one.pdf", DamagedInput)], ended=True)

    assert docmind("open", contract).exit_code == 143
