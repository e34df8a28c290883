"""The workspace plugs the real reader in: real files in, events out."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from pathlib import Path
from typing import cast

import pytest

from docmind.config import Folders
from docmind.documents.discovery import Found
from docmind.documents.reader import IsolatedReader
from docmind.errors import MissingInput
from docmind.model import Kind
from docmind.ports import ReadEvent
from docmind.settings import OcrMode, ReadingSettings, Settings
from docmind.workspace import Loaded, LoadFailed, Loading, Workspace
from docmind.workspace.intake import Intake


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    home = tmp_path / "home"
    with Workspace(Settings(), Folders(home, home / "cache", None)) as workspace:
        yield workspace


def test_a_folder_is_read_file_by_file(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "b.txt").write_text("The second file.", encoding="utf-8")
    (folder / "a.md").write_text("# First\n\nThe first file.", encoding="utf-8")

    events = list(workspace.load([folder]))

    loaded = [event for event in events if isinstance(event, Loaded)]
    assert [event.document.name for event in loaded] == ["a.md", "b.txt"]
    assert all(event.tokens > 0 for event in loaded)
    assert {(event.number, event.total) for event in events if isinstance(event, Loading)} == {
        (1, 2),
        (2, 2),
    }


def test_a_bad_file_does_not_stop_the_others(workspace: Workspace, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("All is well.", encoding="utf-8")
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.7\nnothing more")

    events = list(workspace.load([damaged, tmp_path / "missing.pdf", good]))

    failed = [event for event in events if isinstance(event, LoadFailed)]
    assert {Path(event.name).name for event in failed} == {"damaged.pdf", "missing.pdf"}
    assert any(isinstance(event.error, MissingInput) for event in failed)
    assert sum(isinstance(event, Loaded) for event in events) == 1


def test_the_second_time_a_file_comes_from_the_cache(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Once parsed, never parsed again.", encoding="utf-8")

    first, second = ([*workspace.load([path])] for _ in range(2))

    assert first[-1] == second[-1]


def test_the_users_file_is_never_written_to(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Mine.", encoding="utf-8")
    path.chmod(0o444)
    before = path.stat()

    list(workspace.load([path]))

    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.read_text(encoding="utf-8") == "Mine."
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.txt", "home"]


def test_source_files_of_a_folder_are_parsed_by_one_process(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.py").write_text(f"def f{number}():\n    pass\n", encoding="utf-8")
    found, _ = workspace.find([folder])

    list(workspace.read(found[0].path, found[0].name))
    cache = [path for path in (tmp_path / "home").rglob("*code-off") if path.is_file()]
    assert len(cache) == 5

    events = list(workspace.load([folder]))
    loaded = [event for event in events if isinstance(event, Loaded)]
    assert [each.document.title for each in loaded] == [f"{number}.py" for number in range(5)]
    assert [each.document.outline[0].title for each in loaded] == [f"def f{n}()" for n in range(5)]
    assert all(each.tokens > 0 for each in loaded)


class Reader:
    """Remembers what may be parsed ahead of its turn."""

    def __init__(self) -> None:
        self.ahead: list[str] = []

    def read(
        self, path: Path, name: str, ahead: Collection[Found] = (), seen: object = None
    ) -> Generator[ReadEvent, None, None]:
        """Nothing is read."""
        self.ahead = [each.name for each in ahead]
        yield from ()


def test_what_comes_after_a_source_file_is_parsed_ahead_before_what_was_passed_over(
    tmp_path: Path,
) -> None:
    for name in "abcd":
        (tmp_path / f"{name}.py").write_text(f"{name} = 1\n", encoding="utf-8")
    reader = Reader()
    intake = Intake(lambda: cast("IsolatedReader", reader))
    found, _ = intake.find([tmp_path])

    list(intake.read(found[2].path, found[2].name))
    assert reader.ahead == ["d.py", "a.py", "b.py"]
    list(intake.read(found[0].path, found[0].name))
    assert reader.ahead == ["b.py", "d.py"]


def test_a_library_of_other_ocr_settings_has_pdfs_made_by_another_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "tessdata"
    data.mkdir()
    (data / "eng.traineddata").write_bytes(b"")
    monkeypatch.setenv("TESSDATA_PREFIX", str(data))
    recipes = set()
    for reading in (
        ReadingSettings(ocr=OcrMode.OFF),
        ReadingSettings(ocr=OcrMode.AUTO),
        ReadingSettings(ocr=OcrMode.FORCE),
        ReadingSettings(ocr=OcrMode.AUTO, ocr_dpi=300),
    ):
        folders = Folders(tmp_path / "home", tmp_path / "cache", None)
        with Workspace(Settings(reading=reading), folders) as workspace:
            library = workspace.library()
            recipes.add(library._recipe.of(Kind.PDF).name)
            assert "ocr" not in library._recipe.of(Kind.CODE).name
            library.close()
    assert len(recipes) == 4
