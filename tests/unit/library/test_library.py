"""What is added can be found, and stays what the disk has."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from docmind.errors import ChangingInput, LibraryError, MissingInput, UsageError
from docmind.library import schema
from docmind.library.entries import (
    Added,
    Embedded,
    Failed,
    LibraryEvent,
    LibraryHit,
    Noted,
    Removed,
    Step,
    Unchanged,
)
from docmind.library.library import Library
from docmind.model import Kind
from docmind.ports import ReadEvent
from tests.fakes import FakeEmbedder, FakeVectors
from tests.unit.library.made import Files, made_library


@pytest.fixture
def store() -> FakeVectors:
    return FakeVectors()


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def library(tmp_path: Path, store: FakeVectors, files: Files) -> Iterable[Library]:
    made = made_library(tmp_path / "library", store, FakeEmbedder(), files)
    yield made
    made.close()


def names(library: Library) -> list[str]:
    return sorted(file.name for file, entry in library.entries() if entry is not None)


def best(library: Library, query: str, *, meaning: bool = True) -> LibraryHit:
    return library.search(query, limit=1, meaning=meaning)[0]


def vectors_in(store: FakeVectors) -> int:
    return sum(map(len, store.collections.values()))


def grown_old(folder: Path) -> None:
    """Files whose time of change is long ago, so that it says something."""
    for path in folder.rglob("*.txt"):
        os.utime(path, (1_000_000, 1_000_000))


def of(kind: type[LibraryEvent], events: Iterable[LibraryEvent]) -> list[LibraryEvent]:
    return [event for event in events if isinstance(event, kind)]


def test_what_is_added_is_found_by_words_and_by_meaning(library: Library, folder: Path) -> None:
    list(library.add([folder]))

    assert names(library) == ["contract.txt", "manual.txt", "sub/notes.txt"]
    for meaning in (True, False):
        found = best(library, "who may terminate?", meaning=meaning)
        assert found.hit.passage.document == "contract.txt"
        assert found.page.number == 1
        assert found.hit.score == pytest.approx(1)
        passage = found.hit.passage
        assert passage.text == found.page.text[passage.start : passage.end]


def test_pages_limit_a_search(library: Library, folder: Path) -> None:
    list(library.add([folder]))

    for meaning in (True, False):
        found = library.search("fee notice water", limit=9, pages=range(2, 3), meaning=meaning)
        assert {hit.page.number for hit in found} == {2}


def test_a_page_is_searched_by_meaning_however_many_others_come_closer(
    library: Library, folder: Path
) -> None:
    near = "\n\n".join(f"the roof is repaired by the landlord {number}" for number in range(40))
    (folder / "long.txt").write_text(f"{near}\fthe roof is old", encoding="utf-8")
    list(library.add([folder]))

    found = library._search.by_meaning("the roof is repaired", 1, range(2, 3))

    ((number, _),) = found.items()
    (hit,) = library._search._located(number, 1.0)
    assert (hit.page.number, hit.hit.passage.text) == (2, "the roof is old")
    assert library._search.by_meaning("the roof is repaired", 9, range(3, 4)) == {}


def test_a_query_that_is_syntax_elsewhere_is_words_here(library: Library, folder: Path) -> None:
    list(library.add([folder]))

    for query in (
        '"',
        "fee AND (",
        "NEAR(",
        "col:fee*",
        "-fee",
        "'; DROP TABLE words; --",
        "价格",
    ):
        library.search(query, limit=3, meaning=False)
    assert best(library, 'fee" OR "', meaning=False).hit.passage.document == "contract.txt"


def test_chinese_is_found_by_words(library: Library, folder: Path) -> None:
    (folder / "zh.txt").write_text("本合同的价格为五千元。", encoding="utf-8")
    list(library.add([folder]))

    assert best(library, "合同价格是多少").hit.passage.document == "zh.txt"


def test_unchanged_files_are_not_read_again(library: Library, folder: Path, files: Files) -> None:
    grown_old(folder)
    list(library.add([folder]))
    files.read_names.clear()

    events = list(library.sync())

    assert of(Unchanged, events) == [Unchanged(3)]
    assert files.read_names == []


def test_a_folder_that_is_unchanged_is_not_searched_for_documents(
    library: Library, folder: Path, files: Files
) -> None:
    grown_old(folder)
    list(library.add([folder]))
    files.found.clear()

    assert of(Unchanged, library.sync()) == [Unchanged(3)]
    assert files.found == []

    (folder / ".hidden").touch()
    os.utime(folder / ".hidden", (1_000_000, 1_000_000))
    list(library.sync())
    assert files.found == [folder]


def test_behind_a_link_to_a_folder_changes_are_seen(
    library: Library, folder: Path, files: Files
) -> None:
    grown_old(folder)
    (folder / "link").symlink_to(folder.parent, target_is_directory=True)
    list(library.add([folder]))
    files.found.clear()

    list(library.sync())

    assert files.found == [folder]


def test_a_file_that_was_only_touched_stays_as_it_is(library: Library, folder: Path) -> None:
    list(library.add([folder]))
    before = [entry.id for _, entry in library.entries() if entry is not None]
    grown_old(folder)

    assert of(Unchanged, library.sync()) == [Unchanged(3)]
    assert [entry.id for _, entry in library.entries() if entry is not None] == before


def test_a_file_that_changes_is_replaced(
    library: Library, folder: Path, store: FakeVectors
) -> None:
    list(library.add([folder]))
    (folder / "contract.txt").write_text("All disputes go to court in Ghent.", encoding="utf-8")

    events = list(library.sync())

    assert [(event.name, event.before) for event in of(Added, events)] == [("contract.txt", True)]  # type: ignore[union-attr]
    assert best(library, "disputes in Ghent").hit.passage.document == "contract.txt"
    assert not library.search("terminate", limit=5, meaning=False)
    assert vectors_in(store) == sum(e.passages for _, e in library.entries() if e is not None)


def test_a_new_file_comes_in_and_a_deleted_one_goes(
    library: Library, folder: Path, store: FakeVectors
) -> None:
    list(library.add([folder]))
    (folder / "manual.txt").unlink()
    (folder / "new.txt").write_text("Bees like clover.", encoding="utf-8")

    events = list(library.sync())

    assert of(Removed, events) == [Removed("manual.txt")]
    assert names(library) == ["contract.txt", "new.txt", "sub/notes.txt"]
    assert vectors_in(store) == sum(e.passages for _, e in library.entries() if e is not None)


def test_a_folder_that_is_gone_empties_nothing(library: Library, folder: Path) -> None:
    list(library.add([folder]))
    folder.rename(folder.with_name("elsewhere"))

    (failed,) = of(Failed, library.sync())

    assert isinstance(failed, Failed)
    assert isinstance(failed.error, MissingInput)
    assert len(names(library)) == 3
    assert best(library, "green button").hit.passage.document == "manual.txt"


def test_a_file_that_was_added_alone_goes_when_it_is_deleted(
    library: Library, folder: Path
) -> None:
    list(library.add([folder / "manual.txt"]))
    (folder / "manual.txt").unlink()

    assert of(Removed, library.sync()) == [Removed("manual.txt")]
    assert library.roots() == []


def test_what_was_removed_stays_out_until_it_is_added_again(
    library: Library, folder: Path, store: FakeVectors
) -> None:
    list(library.add([folder]))

    assert list(library.remove(["manual.txt"])) == [Removed("manual.txt")]
    list(library.sync())
    assert names(library) == ["contract.txt", "sub/notes.txt"]
    assert vectors_in(store) == 3

    list(library.add([folder / "manual.txt"]))
    assert "manual.txt" in names(library)


def test_a_folder_is_removed_with_all_that_is_below_it(library: Library, folder: Path) -> None:
    list(library.add([folder]))

    list(library.remove([str(folder)]))

    assert (names(library), library.roots()) == ([], [])
    assert of(Unchanged, library.sync()) == [Unchanged(0)]


def test_a_name_that_is_unknown_removes_nothing(library: Library, folder: Path) -> None:
    list(library.add([folder]))

    with pytest.raises(UsageError, match=r"nothing\.txt"):
        list(library.remove(["manual.txt", "nothing.txt"]))

    assert "manual.txt" in names(library)


def test_two_files_of_one_name_are_told_apart(library: Library, folder: Path) -> None:
    other = folder.with_name("other")
    other.mkdir()
    (other / "manual.txt").write_text("Knead the dough.", encoding="utf-8")
    list(library.add([folder]))
    list(library.add([other]))

    assert best(library, "dough").hit.passage.document == str(other / "manual.txt")
    assert best(library, "green button").hit.passage.document == "manual.txt"


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(
    library: Library, folder: Path, files: Files
) -> None:
    (folder / "bad.txt").write_text("damaged", encoding="utf-8")
    grown_old(folder)

    (failed,) = of(Failed, library.add([folder]))
    assert isinstance(failed, Failed)
    assert failed.name == "bad.txt"
    assert len(names(library)) == 3

    files.read_names.clear()
    (again,) = of(Failed, library.sync())
    assert isinstance(again, Failed)
    assert str(again.error) == str(failed.error)
    assert files.read_names == []


def test_a_file_that_becomes_unreadable_is_no_longer_found(library: Library, folder: Path) -> None:
    list(library.add([folder]))
    (folder / "contract.txt").write_text("damaged", encoding="utf-8")

    assert len(of(Failed, library.sync())) == 1
    assert not library.search("terminate", limit=5, meaning=False)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, folder: Path) -> None:
    class Restless(Files):
        def read(self, path: Path, name: str) -> Iterable[ReadEvent]:  # type: ignore[override]
            yield from super().read(path, name)
            path.write_text(path.read_text() + " and more", encoding="utf-8")

    library = made_library(tmp_path / "library", files=Restless())

    failed = of(Failed, library.add([folder / "manual.txt"]))

    assert [type(event.error) for event in failed] == [ChangingInput]  # type: ignore[union-attr]
    assert names(library) == []
    library.close()


def test_a_name_that_is_not_utf8_is_named(library: Library, folder: Path) -> None:
    (folder / os.fsdecode(b"\xff.txt")).write_text("text", encoding="utf-8")

    events = list(library.add([folder]))

    assert len(of(Failed, events)) == 1
    assert len(names(library)) == 3


def test_without_vectors_words_find_what_is_added_and_a_later_sync_makes_them(
    tmp_path: Path, folder: Path
) -> None:
    grown_old(folder)
    broken, store = FakeEmbedder(), FakeVectors()
    broken.close()
    first = made_library(tmp_path / "library", store, broken)
    events = list(first.add([folder]))
    assert len(of(Noted, events)) == 1
    assert vectors_in(store) == 0
    assert best(first, "terminate", meaning=False).hit.passage.document == "contract.txt"
    first.close()

    second = made_library(tmp_path / "library", store, FakeEmbedder())
    events = list(second.sync())
    assert vectors_in(store) == 4
    assert sum(event.vectors for event in events if isinstance(event, Embedded)) == 4
    steps = [event for event in events if isinstance(event, Step)]
    assert [(step.passed, step.amount, step.in_passages) for step in steps] == [
        (0, 4, True),
        (2, 4, True),
        (3, 4, True),
    ]
    assert best(second, "terminate").hit.passage.document == "contract.txt"
    second.close()


def test_vectors_of_another_model_are_made_again_and_the_old_ones_go(
    tmp_path: Path, folder: Path
) -> None:
    class Other(FakeEmbedder):
        model = "another"

    store = FakeVectors()
    first = made_library(tmp_path / "library", store, FakeEmbedder())
    list(first.add([folder]))
    first.close()
    (old,) = store.collections

    second = made_library(tmp_path / "library", store, Other())
    list(second.sync())

    (new,) = store.collections
    assert new != old
    assert len(store.collections[new]) == 4
    second.close()


def test_pdfs_that_were_read_by_other_ocr_are_read_again_and_nothing_else(
    tmp_path: Path, folder: Path
) -> None:
    grown_old(folder)
    files = Files()
    files.kinds = {"manual.txt": Kind.MARKDOWN}
    first = made_library(tmp_path / "library", files=files)
    list(first.add([folder]))
    first.close()
    files.read_names.clear()

    second = made_library(tmp_path / "library", files=files, ocr="ocr auto-eng-200")
    list(second.sync())
    assert sorted(files.read_names) == ["contract.txt", "sub/notes.txt"]
    files.read_names.clear()
    list(second.sync())
    assert files.read_names == []
    second.close()


def test_documents_of_an_older_parser_are_read_again(tmp_path: Path, folder: Path) -> None:
    grown_old(folder)
    first = made_library(tmp_path / "library")
    list(first.add([folder]))
    first.close()

    second = made_library(tmp_path / "library", parser="parser 2")

    assert len(of(Added, second.sync())) == 3
    second.close()


def test_damaged_vectors_are_made_again_from_the_manifest(
    library: Library, folder: Path, store: FakeVectors, files: Files
) -> None:
    grown_old(folder)
    list(library.add([folder]))
    store.damaged = True
    with pytest.raises(LibraryError):
        library.search("terminate", limit=1)
    files.read_names.clear()

    list(library.sync(rebuild=True))

    assert files.read_names == []
    assert vectors_in(store) == 4
    assert best(library, "terminate").hit.passage.document == "contract.txt"


def test_a_document_comes_back_whole(library: Library, folder: Path) -> None:
    list(library.add([folder]))

    found = library.document(str(folder / "contract.txt"))

    assert found is not None
    document, tokens = found
    assert document.name == "contract.txt"
    assert [page.text for page in document.pages] == (folder / "contract.txt").read_text().split(
        "\f"
    )
    assert tokens == 13
    assert library.document("nowhere") is None


def test_a_library_of_a_newer_docmind_is_refused(tmp_path: Path) -> None:
    made_library(tmp_path).close()
    with sqlite3.connect(tmp_path / "manifest.sqlite") as file:
        file.execute("PRAGMA user_version = 99")
    file.close()

    with pytest.raises(LibraryError, match="newer docmind"):
        made_library(tmp_path)


def test_a_manifest_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.sqlite").write_bytes(b"no database at all" * 100)

    with pytest.raises(LibraryError, match="cannot be used") as refused:
        made_library(tmp_path)

    assert "docmind add" in refused.value.hint


def test_an_sqlite_without_full_text_search_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_TABLES", schema._TABLES.replace("fts5", "fts_of_nobody"))

    with pytest.raises(LibraryError, match="needs FTS5") as refused:
        made_library(tmp_path)

    assert "Python" in refused.value.hint


def test_a_library_of_an_older_docmind_is_refused_with_a_way_out(tmp_path: Path) -> None:
    made_library(tmp_path).close()
    with sqlite3.connect(tmp_path / "manifest.sqlite") as file:
        file.execute("PRAGMA user_version = 1")
    file.close()

    with pytest.raises(LibraryError, match="older docmind") as refused:
        made_library(tmp_path)

    assert "docmind add" in refused.value.hint


def test_a_page_that_says_more_goes_before_one_with_the_same_passage(
    library: Library, folder: Path
) -> None:
    same = "The decrease was due to sales. " * 20
    for name, subject in (("one", "Weather in June. "), ("two", "Revenue in Ghent. ")):
        parts = ["Nothing is known. " * 40, subject + "Words follow. " * 60, same]
        (folder / f"{name}.txt").write_text("\n\n".join(parts), encoding="utf-8")
    list(library.add([folder]))

    hits = library.search("decrease of revenue in Ghent", limit=9, meaning=False)

    places = [hit.hit.passage.document for hit in hits if "decrease" in hit.hit.passage.text]
    assert list(dict.fromkeys(places)) == ["two.txt", "one.txt"]


def test_what_is_removed_leaves_no_words_behind(library: Library, folder: Path) -> None:
    list(library.add([folder]))

    list(library.remove([str(folder)]))

    for table in ("words", "units", "passages", "pages"):
        assert library._manifest.rows(f"SELECT count(*) FROM {table}") == [(0,)]
