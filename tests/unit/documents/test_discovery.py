"""Which files are read, under which names, as what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docmind.documents.discovery import discover
from docmind.documents.kinds import kind_of
from docmind.errors import EmptyInput, InputError, MissingInput, UnsupportedInput
from docmind.model import Kind


def write(path: Path, content: bytes = b"words") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(*paths: Path) -> list[str]:
    return [found.name for found in discover(paths)[0]]


def failures(*paths: Path) -> dict[str, InputError]:
    return {each.name: each.error for each in discover(paths)[1]}


def test_a_file_is_called_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.txt")
    monkeypatch.chdir(tmp_path)
    assert names(Path("a.txt"), Path("./a.txt")) == ["a.txt"]


def test_a_folder_is_read_in_order_without_what_is_hidden_or_foreign(tmp_path: Path) -> None:
    for name in ("b/2.md", "b/1.txt", "a.html", ".hidden/x.txt", ".y.md", "c.py", "d.png"):
        write(tmp_path / name)
    write(tmp_path / "download", b"%PDF-1.7 ...")
    assert names(tmp_path) == ["a.html", "b/1.txt", "b/2.md", "c.py", "download"]
    assert failures(tmp_path) == {}


def test_what_ought_to_be_read_in_a_folder_and_cannot_is_named(tmp_path: Path) -> None:
    write(tmp_path / "good.txt")
    write(tmp_path / "sub" / "empty.md", b"")
    write(tmp_path / "empty.py", b"")
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == ["good.txt"]
    assert {name: type(error) for name, error in failures(tmp_path).items()} == {
        "gone.pdf": MissingInput,
        "pipe.txt": UnsupportedInput,
        "sub/empty.md": EmptyInput,
    }


def test_a_folder_that_cannot_be_listed_is_named_and_costs_no_other(tmp_path: Path) -> None:
    # Its path is longer than the system takes, which stops the superuser too.
    write(tmp_path / "good.txt")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(17):
        os.mkdir("d" * 250, dir_fd=here)
        here, above = os.open("d" * 250, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    assert names(tmp_path) == ["good.txt"]
    [(name, error)] = failures(tmp_path).items()
    assert name.startswith("d" * 250)
    assert isinstance(error, MissingInput)


def test_an_empty_file_is_reported_once_whatever_leads_to_it(tmp_path: Path) -> None:
    empty = write(tmp_path / "docs" / "empty.txt", b"")
    assert list(failures(empty, tmp_path / "docs")) == [str(empty)]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path / "docs" / "a.txt")
    (tmp_path / "docs" / "again").symlink_to(tmp_path / "docs")
    assert names(tmp_path) == ["docs/a.txt"]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "x" / "a.txt", b"one")
    write(tmp_path / "y" / "a.txt", b"two")
    assert names(tmp_path / "x", tmp_path / "y") == ["a.txt", str(tmp_path / "y" / "a.txt")]


def test_what_was_found_before_keeps_its_name_and_is_not_found_again(tmp_path: Path) -> None:
    write(tmp_path / "x" / "a.txt", b"one")
    write(tmp_path / "y" / "a.txt", b"two")
    before = discover([tmp_path / "x"]).found
    assert discover([tmp_path / "x"], beside=before) == ([], [], [])
    (found,) = discover([tmp_path / "y"], beside=before).found
    assert found.name == str(tmp_path / "y" / "a.txt")
    above = discover([tmp_path], beside=before).found
    assert [each.name for each in above] == ["y/a.txt"]


def test_no_two_files_have_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "drafts/a.txt", "old/drafts/a.txt", "old/a.txt"):
        write(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert names(Path("drafts"), Path("a.txt")) == ["drafts/a.txt", "a.txt"]
    assert names(Path("old"), Path("drafts")) == [
        "a.txt",
        "drafts/a.txt",
        str(tmp_path / "drafts" / "a.txt"),
    ]


def test_a_link_that_leads_nowhere_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "report.md").symlink_to("gone.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    with pytest.raises(MissingInput, match=r"report\.md is a link to gone\.md") as caught:
        kind_of(tmp_path / "report.md")
    assert "Did you mean" not in caught.value.hint
    with pytest.raises(MissingInput, match=r"loop\.md is a link that leads back to itself"):
        kind_of(tmp_path / "loop.md")


def test_a_name_that_is_not_utf8_is_an_input_error(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_bytes(b"words")
    with pytest.raises(UnsupportedInput, match="not UTF-8"):
        kind_of(path)


def test_a_folder_without_readable_files_is_named(tmp_path: Path) -> None:
    write(tmp_path / "program.exe", b"MZ\0\0")
    error = failures(tmp_path)[str(tmp_path)]
    assert isinstance(error, MissingInput)
    assert "No file in" in str(error)
    assert "PDF" in error.hint


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    write(tmp_path / "contract.pdf")
    missing = tmp_path / "contrakt.pdf"
    error = failures(missing)[str(missing)]
    assert isinstance(error, MissingInput)
    assert "contract.pdf" in error.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    path.chmod(0)
    with pytest.raises(MissingInput, match="may not be read"):
        kind_of(path)


def test_an_empty_file_and_a_pipe_are_refused_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UnsupportedInput, match="regular"):
        kind_of(tmp_path / "pipe.txt")
    with pytest.raises(EmptyInput):
        kind_of(write(tmp_path / "a.txt", b""))


def test_a_path_that_is_absurdly_long_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        kind_of(tmp_path / ("x" * 5000))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("report.txt", b"%PDF-1.7\n...", Kind.PDF),
        ("report.pdf", b"garbage before\n%PDF-1.4", Kind.PDF),
        ("report.pdf", b"no header at all", Kind.PDF),
        ("book", b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", Kind.EPUB),
        ("page", b"  <!DOCTYPE html><p>x", Kind.HTML),
        ("page.htm", b"<p>x", Kind.HTML),
        ("notes.md", b"<html> in markdown", Kind.MARKDOWN),
        ("notes", b"plain words", Kind.TEXT),
        ("notes.txt", b"\xff\xfeh\0i\0", Kind.TEXT),
    ],
)
def test_the_first_bytes_decide_before_the_name(
    name: str, content: bytes, kind: Kind, tmp_path: Path
) -> None:
    assert kind_of(write(tmp_path / name, content)) is kind


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.docx", b"PK\x03\x04word/document.xml", "Office"),
        ("a.txt", b"\x89PNG\r\n", "image"),
        ("a.bin", b"ab\0cd", "binary"),
    ],
)
def test_what_docmind_does_not_read_is_named(
    name: str, content: bytes, what: str, tmp_path: Path
) -> None:
    with pytest.raises(UnsupportedInput, match=what):
        kind_of(write(tmp_path / name, content))
