"""What is looked at in a folder: git's word in a repository, .gitignore outside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from docmind.documents.discovery import discover


def write(path: Path, content: bytes = b"x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def names(*paths: Path) -> list[str]:
    return [found.name for found in discover(paths).found]


def skipped(*paths: Path) -> dict[str, str]:
    return {each.name: each.reason for each in discover(paths).skipped}


def test_a_repository_gives_what_is_tracked_and_what_is_new_but_not_what_is_ignored(
    repository: Path,
) -> None:
    write(repository / ".gitignore", b"*.log\nmade/\ntracked.py\n")
    write(repository / "made" / "a.py")
    write(repository / "tracked.py")
    git(repository, "add", "--force", "tracked.py")
    write(repository / "new.py")
    write(repository / "b" / "manual.pdf", b"%PDF-1.7")
    assert names(repository) == ["b/manual.pdf", "new.py", "tracked.py"]
    assert names(repository / "b") == ["manual.pdf"]
    assert skipped(repository) == {".gitignore": "hidden"}


def test_hidden_text_is_read_where_git_tracks_it_and_nowhere_else(repository: Path) -> None:
    tracked = {
        ".github/workflows/test.yml": b"on: push\n",
        ".github/CONTRIBUTING.md": b"# How\n",
        ".pre-commit-config.yaml": b"repos: []\n",
        ".gitignore": b"*.log\n",
        ".env": b"KEY=1\n",
        ".cache/report.pdf": b"%PDF-1.7",
        ".yarn/node_modules/a.js": b"a()\n",
    }
    for name, content in tracked.items():
        write(repository / name, content)
    git(repository, "add", "--force", ".")
    write(repository / ".vscode" / "settings.json", b"{}")
    write(repository / ".secrets.toml", b"key = 1\n")
    assert names(repository) == [
        ".github/CONTRIBUTING.md", ".github/workflows/test.yml", ".pre-commit-config.yaml",
    ]  # fmt: skip
    assert names(repository / ".github") == ["CONTRIBUTING.md", "workflows/test.yml"]
    assert skipped(repository) == {
        ".cache/report.pdf": "hidden",
        ".env": "hidden",
        ".gitignore": "hidden",
        ".secrets.toml": "hidden",
        ".vscode/settings.json": "hidden",
        ".yarn/node_modules/a.js": "in a folder of installed packages",
    }


def test_hidden_files_outside_of_a_repository_are_not_read(tmp_path: Path) -> None:
    write(tmp_path / ".github" / "test.yml", b"on: push\n")
    write(tmp_path / "a.py")
    assert names(tmp_path) == ["a.py"]


def test_a_folder_that_its_repository_ignores_is_read_when_it_is_named(repository: Path) -> None:
    write(repository / ".gitignore", b"notes/\n")
    write(repository / "notes" / "a.md", b"words")
    assert names(repository / "notes") == ["a.md"]


def test_what_is_deleted_or_a_link_that_leads_out_is_passed_over(repository: Path) -> None:
    write(repository / "kept.py")
    write(repository / "gone.md")
    write(repository.parent / "secret.md")
    (repository / "out.md").symlink_to(repository.parent / "secret.md")
    (repository / "again").symlink_to(repository)
    git(repository, "add", ".")
    (repository / "gone.md").unlink()
    assert names(repository) == ["kept.py"]
    assert skipped(repository) == {
        "again": "a link to a folder",
        "gone.md": "deleted",
        "out.md": "a link that leads out of the repository",
    }
    assert discover([repository]).failed == []


def test_a_submodule_and_a_repository_inside_are_listed_too(
    repository: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    write(other / "part.py")
    git(other, "add", ".")
    git(other, "commit", "-q", "-m", "one")
    git(repository, "submodule", "add", "-q", str(other), "sub")
    inside = repository / "inside"
    inside.mkdir()
    git(inside, "init", "-q")
    write(inside / "own.py")
    assert names(repository) == ["inside/own.py", "sub/part.py"]


def test_no_program_that_a_repository_names_is_run(repository: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    hook = write(repository / "hook", f"#!/bin/sh\ntouch {ran}\n".encode())
    hook.chmod(0o755)
    write(repository / "a.py")
    git(repository, "add", "a.py")
    git(repository, "config", "core.fsmonitor", str(hook))
    assert "a.py" in names(repository)
    assert not ran.exists()


def test_a_broken_repository_is_walked(repository: Path) -> None:
    write(repository / ".git" / "HEAD", b"nonsense")
    write(repository / ".gitignore", b"made.py\n")
    write(repository / "a.py")
    write(repository / "made.py")
    assert names(repository) == ["a.py"]


def test_without_git_the_folder_is_walked(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "a.py")
    monkeypatch.setenv("PATH", "/nowhere")
    assert names(repository) == ["a.py"]


def test_outside_a_repository_the_innermost_gitignore_has_the_last_word(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", b"*.md\n/made/\n")
    write(tmp_path / "made" / "a.py")
    write(tmp_path / "b" / "made" / "a.py")
    write(tmp_path / "b" / ".gitignore", b"!keep.md\n")
    write(tmp_path / "b" / "keep.md")
    write(tmp_path / "b" / "drop.md")
    assert names(tmp_path) == ["b/keep.md", "b/made/a.py"]
    assert skipped(tmp_path)["made"] == "ignored by .gitignore"


def test_a_link_that_leads_out_of_a_folder_is_not_followed_but_one_within_it_is(
    tmp_path: Path,
) -> None:
    write(tmp_path / "outside" / "secret.md")
    folder = tmp_path / "folder"
    write(folder / "b" / "a.md")
    (folder / "c.md").symlink_to("b/a.md")
    (folder / "d").symlink_to("b")
    (folder / "shadow.md").symlink_to(tmp_path / "outside" / "secret.md")
    (folder / "shadows").symlink_to(tmp_path / "outside")
    assert names(folder) == ["b/a.md"]  # once, under the first of its names
    assert skipped(folder) == {
        "shadow.md": "a link that leads out of the folder",
        "shadows": "a link that leads out of the folder",
    }
    assert discover([folder]).failed == []


def test_a_link_that_is_named_itself_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "a.md")
    write(tmp_path / "b.md")
    (tmp_path / "folder").symlink_to("outside")
    (tmp_path / "file.md").symlink_to("b.md")
    assert names(tmp_path / "folder") == ["a.md"]
    assert names(tmp_path / "file.md") == [str(tmp_path / "file.md")]


def test_a_tracked_file_in_a_folder_that_became_a_link_is_not_followed_out(
    repository: Path,
) -> None:
    write(repository / "kept.md")
    write(repository / "docs" / "secret.md")
    git(repository, "add", ".")
    (repository / "docs").rename(repository.parent / "docs")
    (repository / "docs").symlink_to(repository.parent / "docs")
    assert names(repository) == ["kept.md"]
    assert skipped(repository)["docs/secret.md"] == "a link that leads out of the repository"


def test_a_pipe_a_foreign_name_and_a_dangling_link_cost_nothing(tmp_path: Path) -> None:
    write(tmp_path / "a.py")
    write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py")))
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "round.py").symlink_to(tmp_path / "round.py")
    (tmp_path / "nowhere.py").symlink_to(tmp_path / "gone.py")
    assert names(tmp_path) == ["a.py"]
    assert len(skipped(tmp_path)) == 4
    assert discover([tmp_path]).failed == []


def test_what_is_called_as_source_is_and_is_none_costs_nothing(repository: Path) -> None:
    write(repository / "a.py")
    write(repository / "pipe.py")
    write(repository / "gone.py")
    (repository / "link.py").symlink_to("a.py")
    git(repository, "add", ".")
    (repository / "pipe.py").unlink()
    os.mkfifo(repository / "pipe.py")
    (repository / "gone.py").unlink()
    (repository / "sub.py").mkdir()
    git(repository / "sub.py", "init", "-q")
    write(repository / "sub.py" / "b.py")
    assert names(repository) == ["a.py", "sub.py/b.py"]  # the link is the same file
    assert skipped(repository) == {"gone.py": "deleted", "pipe.py": "not a regular file"}


def test_source_files_are_read_once_and_known_by_what_they_held(repository: Path) -> None:
    for folder in (repository, repository.parent / "folder"):
        old, fresh = write(folder / "old.py"), write(folder / "sub" / "fresh.py", b"y = 2\n")
        write(folder / "notes.md", b"words")
        os.utime(old, (1, 1))
        found = {each.name: each for each in discover([folder], bytes.decode).found}
        assert found["old.py"].seen == (6, 1_000_000_000, "x = 1\n")
        assert found["sub/fresh.py"].seen is None  # it may change and keep its time
        assert found["notes.md"].seen is None
        assert fresh == found["sub/fresh.py"].path
        assert all(each.seen is None for each in discover([folder]).found)
