"""Several processes at one library, and processes that are killed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from docmind.errors import LibraryError
from tests.unit.library.made import library_in_chroma

ROOT = Path(__file__).parents[3]
KILLS = 5
FILES = 8
PATIENCE_SECONDS = 120


@contextmanager
def started(home: Path, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A process that works on a library; it is dead when the context is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.library.made", str(home), *map(str, words)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                assert pipe is not None
                pipe.close()


def ask(process: subprocess.Popen[str], query: str) -> tuple[int, list[str]]:
    """How many passages a reading process finds by meaning, and the documents that it finds."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(query + "\n")
    process.stdin.flush()
    count, *names = process.stdout.readline().split()
    return int(count), names


def written(folder: Path, count: int, version: str, *, first: int = 0) -> list[str]:
    """Files of three pages, each of which tells the file and the version."""
    folder.mkdir(exist_ok=True)
    names = [f"{folder.name}{number}.txt" for number in range(first, first + count)]
    for name in names:
        word = name.removesuffix(".txt")
        pages = [f"{word} {version} page {number}" for number in range(3)]
        (folder / name).write_text("\f".join(pages), encoding="utf-8")
    return names


def check_whole(home: Path) -> int:
    """What is listed is complete and can be found; how many documents that are."""
    with closing(library_in_chroma(home)) as library:
        listed = [(file, entry) for file, entry in library.entries() if entry is not None]
        for file, entry in listed:
            found = library.document(file.path)
            assert found is not None
            texts = [page.text for page in found[0].pages]
            assert (len(texts), entry.passages, entry.vectors) == (3, 3, 3)
            assert len({text.split()[1] for text in texts}) == 1
            for meaning in (False, True):
                hits = library.search(texts[0], limit=3, meaning=meaning)
                assert hits[0].hit.passage.document == file.name
                ours = [hit for hit in hits if hit.hit.passage.document == file.name]
                assert [hit.page.text for hit in ours] == [
                    texts[hit.page.number - 1] for hit in ours
                ]
        return len(listed)


def test_a_writer_that_is_killed_leaves_nothing_half_visible(tmp_path: Path) -> None:
    chance = random.Random(4)
    home, folder = tmp_path / "library", tmp_path / "file"
    for kill in range(KILLS):
        written(folder, FILES // 2, f"version{kill}", first=kill % FILES)
        with started(home, "add", folder) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(4)):
                process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=chance.random() * 0.05)
        check_whole(home)

    with started(home, "add", folder) as process:
        assert process.wait(PATIENCE_SECONDS) == 0

    assert check_whole(home) == len(list(folder.iterdir()))
    with closing(library_in_chroma(home)) as library:
        (collection,) = {e.recipe.collection for _, e in library.entries() if e is not None}
        assert library._parts.store.count(collection) == 3 * check_whole(home)
        assert library._manifest.unfinished() == []


def test_two_writers_take_turns_and_an_open_reader_sees_what_they_write(tmp_path: Path) -> None:
    home = tmp_path / "library"
    first, second = tmp_path / "alpha", tmp_path / "beta"
    names = [*written(first, FILES, "one"), *written(second, FILES, "one")]
    with started(home, "read") as reader:
        assert ask(reader, "alpha0 one page") == (0, [])
        with started(home, "add", first) as one, started(home, "add", second) as other:
            assert one.wait(PATIENCE_SECONDS) == 0
            assert other.wait(PATIENCE_SECONDS) == 0
        for name in names:
            count, found = ask(reader, f"{name.removesuffix('.txt')} one page")
            assert count == 5
            assert found[0] == name

    assert check_whole(home) == 2 * FILES


def test_a_damaged_folder_of_chroma_is_named_and_made_again(tmp_path: Path) -> None:
    home, folder = tmp_path / "library", tmp_path / "file"
    written(folder, 2, "one")
    with closing(library_in_chroma(home)) as library:
        list(library.add([folder]))
    (home / "chroma" / "chroma.sqlite3").write_bytes(b"damaged" * 1000)

    with closing(library_in_chroma(home)) as library:
        with pytest.raises(LibraryError, match="cannot be used") as told:
            library.search("file0 one", limit=1)
        assert "docmind sync --rebuild" in told.value.hint
        assert library.search("file0 one", limit=1, meaning=False)
        list(library.sync(rebuild=True))

    assert check_whole(home) == 2
