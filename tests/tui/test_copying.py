"""Copies, exports, the history and corrections: what a reader takes away and what is kept."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from docmind.config import Folders
from docmind.documents.discovery import Found, discover
from docmind.errors import UsageError
from docmind.model import Answer, Box, Document, Rating
from docmind.sessions import Sessions
from docmind.tui.app import DocmindApp
from docmind.tui.clipboard import give, keep, tool_for
from docmind.tui.exporting import target_of
from docmind.tui.plain_answer import plain_answer
from docmind.workspace import LoadFailed
from tests.tui.fakes import (
    GATE_SECONDS,
    FakeFile,
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    make_model_answer,
    ready,
    screen_of,
    text_of,
    until,
)

NARROW = (80, 24)
WIDE = (160, 45)
BOX: Box = (1.0, 2.0, 3.0, 4.0)


def workspace_in(folder: Path) -> FakeWorkspace:
    """One contract; docmind's folder and the history are there."""
    workspace = FakeWorkspace()
    workspace.folders = Folders(folder, folder, None)
    workspace.history = folder / "sessions.sqlite"
    return workspace


@pytest.mark.parametrize(
    ("environment", "tool"),
    [
        ({}, ()),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ("wl-copy",)),
        ({"DISPLAY": ":0"}, ("xclip", "-selection", "clipboard")),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "a b c d"}, ()),
        ({"WSL_DISTRO_NAME": "Debian"}, ("clip.exe",)),
    ],
)
def test_the_desktop_has_its_tool_and_ssh_the_terminal(
    environment: Mapping[str, str], tool: tuple[str, ...]
) -> None:
    assert tool_for(environment, find=lambda name: f"/bin/{name}", platform="linux") == tool
    assert tool_for(environment, find=lambda name: None, platform="linux") == ()


def test_a_mac_has_pbcopy() -> None:
    assert tool_for({}, find=lambda name: name, platform="darwin") == ("pbcopy",)


def test_a_tool_that_fails_or_is_not_there_says_so(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    assert give(("tee", str(target)), "§ 5 \N{EURO SIGN}")
    assert target.read_text(encoding="utf-8") == "§ 5 \N{EURO SIGN}"
    assert not give(("false",), "text")
    assert not give(("docmind-has-no-such-tool",), "text")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in keep("text", tmp_path / "file", "last-copy.md")


def test_plain_text_has_no_markup_and_all_sources() -> None:
    document = make_document()
    plain = plain_answer(make_model_answer("?", document))
    assert "**" not in plain
    assert "#" not in plain
    assert "The fee is 15 euros [1], later 27 euros [2]." in plain
    assert "[1] contract.pdf, page 5 (printed 3): “the fee for clause 3 is 15 euros”" in plain
    extractive = plain_answer(make_answer("?", document))
    assert extractive.startswith("The fee is 15 euros. [1]\n\nThe fee is 27 euros. [2]")
    assert "does not say" in plain_answer(make_answer("?", document, ()))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_the_selected_answer_is_copied_and_stands_in_a_file(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with workspace_in(tmp_path).app().run_test(size=size) as pilot:
        await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "y")
        await until(pilot, lambda: "Copied (sent to the terminal)" in text_of(pilot))
        assert "contract.pdf, page 5 (printed 3)" in pilot.app.clipboard
        assert (tmp_path / "last-copy.md").read_text() == pilot.app.clipboard
        await pilot.press("Y")
        await until(pilot, lambda: (tmp_path / "last-copy.txt").exists())
        assert "Sources:" in (tmp_path / "last-copy.txt").read_text()


async def test_in_the_document_the_passage_is_copied_with_its_place(tmp_path: Path) -> None:
    async with workspace_in(tmp_path).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "1")
        await until(pilot, lambda: screen._position == 5)
        await pilot.press("Y")
        quote = "“the fee for clause 3 is 15 euros” (contract.pdf, page 5)\n"
        await until(pilot, lambda: pilot.app.clipboard == quote)


def desktop_with(tool: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop whose clipboard is given text by this shell script, under the name of xclip."""
    (folder / "bin").mkdir()
    xclip = folder / "bin" / "xclip"
    xclip.write_text(f"#!/bin/sh\n{tool}\n")
    xclip.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=os.pathsep)
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)


async def test_ctrl_c_copies_a_selection_as_every_copy_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop_with(f"cat > {tmp_path}/taken", tmp_path, monkeypatch)
    async with workspace_in(tmp_path).app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("shift+home", "ctrl+c")
        await until(pilot, lambda: "Copied (xclip); it is in" in text_of(pilot))
        assert pilot.app.clipboard == ""
    assert (tmp_path / "taken").read_text() == "What is the fee?"
    assert (tmp_path / "last-copy.txt").read_text() == "What is the fee?"


async def test_what_the_desktop_refuses_goes_to_the_terminal_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop_with("exit 1", tmp_path, monkeypatch)
    async with workspace_in(tmp_path).app().run_test(size=WIDE) as pilot:
        await ready(pilot)
        await ask(pilot)
        await pilot.press("ctrl+y")
        said = "Copied (xclip did not take it: sent to the terminal)"
        await until(pilot, lambda: said in text_of(pilot))
        assert "contract.pdf, page 5" in pilot.app.clipboard


async def exported(pilot: Pilot[None], name: str) -> None:
    """Write the conversation into this file, by ctrl+s."""
    await pilot.press("ctrl+s", "ctrl+u", *name, "enter")


async def test_the_conversation_is_exported_by_the_suffix_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with workspace_in(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+s")
        assert "Nothing was asked yet" in text_of(pilot)
        await ask(pilot)
        await pilot.press("ctrl+s")
        assert "contract.md" in text_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Written: contract.md" in text_of(pilot))
        await exported(pilot, "out.json")
        await until(pilot, (tmp_path / "out.json").exists)
        await exported(pilot, "out.html")
        await until(pilot, (tmp_path / "out.html").exists)
        await exported(pilot, "out.docx")
        await until(pilot, lambda: "docmind cannot write .docx files." in text_of(pilot))
        screen = screen_of(pilot)
        assert screen.focused is screen.prompt
    assert "## 1. What is the fee?" in (tmp_path / "contract.md").read_text()
    record = json.loads((tmp_path / "out.json").read_text())
    assert record["schema"] == "docmind.session/1"
    with Sessions(tmp_path / "sessions.sqlite") as sessions:
        kept = sessions.find("last")
    assert record["id"] == kept.id
    assert record["turns"][0]["asked"][:16] == kept.turns[0].asked.isoformat()[:16]
    assert "The fee is 15 euros." in (tmp_path / "out.html").read_text()


async def test_a_file_is_written_over_only_where_that_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "notes.md"
    target.write_text("mine")
    async with workspace_in(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        await exported(pilot, "notes")
        await until(pilot, lambda: "notes.md exists already. Write over it?" in text_of(pilot))
        await pilot.press("n")
        assert target.read_text() == "mine"
        screen_of(pilot).prompt.insert("/export notes.md")
        await pilot.press("enter")
        await until(pilot, lambda: "exists already" in text_of(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "What is the fee?" in target.read_text())


async def test_a_document_is_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text("the document")
    workspace = FakeWorkspace(make_document("notes.md"))
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        await exported(pilot, "notes.md")
        await until(pilot, lambda: "is the document itself" in text_of(pilot))
        await pilot.press("ctrl+s")
        assert "notes-answers.md" in text_of(pilot)
    assert (tmp_path / "notes.md").read_text() == "the document"


async def test_a_member_of_a_folder_is_not_written_over_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "handbook.md").write_text("the document")
    workspace = FakeWorkspace(make_document("handbook.md"))
    workspace.folder = tmp_path / "papers"
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        await exported(pilot, "papers/handbook.md")
        await until(pilot, lambda: "is the document itself" in text_of(pilot))
        assert pilot.app.screen is screen_of(pilot)


@pytest.mark.parametrize("typed", [".", "/", "./", "..", "new/", "~docmind-has-no-such-user/"])
def test_a_name_that_is_no_file_s_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="names no file"):
        target_of(typed, [])


def test_a_user_who_does_not_exist_is_a_folder_like_others() -> None:
    path = target_of("~docmind-has-no-such-user/x.md", [])
    assert path == Path("~docmind-has-no-such-user/x.md")


async def test_a_pdf_is_copied_with_what_was_cited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.pdf").write_bytes(b"%PDF-")

    def answer(question: str, document: Document) -> Answer:
        made = make_answer(question, document)
        return replace(made, citations=tuple(replace(c, boxes=(BOX,)) for c in made.citations))

    workspace = workspace_in(tmp_path)
    workspace.bench.answer = answer
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
        await exported(pilot, "marked.pdf")
        await until(pilot, (tmp_path / "marked.pdf").exists)
    assert (tmp_path / "marked.pdf").read_bytes() == b"%PDF-3"


async def test_a_pdf_that_was_opened_later_is_copied_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lease = tmp_path / "lease.pdf"
    lease.write_bytes(b"%PDF-")

    def of_the_lease(question: str, document: Document) -> Answer:
        made = make_answer(question, replace(document, name=str(lease)))
        return replace(made, citations=tuple(replace(c, boxes=(BOX,)) for c in made.citations))

    workspace = workspace_in(tmp_path)
    workspace.bench.answer = of_the_lease
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        later = replace(make_document(str(lease)), sha256="9" * 64)
        workspace.sources = (*workspace.sources, later)
        screen._work.open(lease)
        await until(pilot, lambda: len(screen._opened) == 2)
        await ask(pilot)
        await exported(pilot, "marked.pdf")
        await until(pilot, (tmp_path / "marked.pdf").exists)
        await exported(pilot, "out.json")
        await until(pilot, (tmp_path / "out.json").exists)
    assert workspace.marked == [(lease, str(lease))]
    record = json.loads((tmp_path / "out.json").read_text())
    assert len(record["documents"]) == 2


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_a_bad_answer_can_be_put_right(size: tuple[int, int], tmp_path: Path) -> None:
    async with workspace_in(tmp_path).app().run_test(size=size) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "minus")
        assert "what should it have said?" in text_of(pilot)
        await pilot.press("escape")
        assert screen.focused is screen.answers
        await pilot.press("minus", "minus", *"16 euros", "enter")
        await until(pilot, lambda: "it should say: 16 euros" in text_of(pilot))
        assert screen.focused is screen.answers
    with Sessions(tmp_path / "sessions.sqlite") as sessions:
        (turn,) = sessions.find("last").turns
    assert (turn.rating, turn.correction) == (Rating.DOWN, "16 euros")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_what_was_asked_before_is_found_shown_and_asked_again(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with workspace_in(tmp_path).app().run_test(size=size) as pilot:
        await ready(pilot)
        await ask(pilot, "Who owns the house?")
        await ask(pilot, "What is the fee?")
    workspace = FakeWorkspace(make_document("lease.pdf"))
    workspace.history = tmp_path / "sessions.sqlite"
    async with workspace.app().run_test(size=size) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("/history house")
        await pilot.press("enter")
        await until(pilot, lambda: "1 question" in text_of(pilot))
        assert "Who owns the house?" in text_of(pilot)
        assert pilot.app.screen.query_one(OptionList).option_count == 1
        await pilot.press("enter")
        await until(pilot, lambda: "The fee is 15 euros." in text_of(pilot))
        await pilot.press("escape", *[*["backspace"] * 5], "down", "enter")
        await until(pilot, lambda: "e asks again" in text_of(pilot))
        await pilot.press("e")
        await until(pilot, lambda: screen.prompt.text == "Who owns the house?")


async def test_without_a_history_that_is_said(tmp_path: Path) -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("tab", "h")
        await until(pilot, lambda: "Nothing is kept" in text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen_of(pilot))


async def test_quitting_does_not_wait_for_a_history_that_is_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = threading.Event()
    workspace = FakeWorkspace()
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        monkeypatch.setattr(workspace, "sessions", lambda: held.wait(GATE_SECONDS))
        await pilot.press("tab", "h")
        await until(pilot, lambda: "reading what was asked before" in text_of(pilot))
        reading = [each for each in threading.enumerate() if each.name == "docmind history"]
        assert [each.daemon for each in reading] == [True]
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not pilot.app.is_running)
    held.set()


async def test_a_bug_in_reading_the_history_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    workspace = FakeWorkspace()
    app = workspace.app()

    async def crash() -> None:
        async with app.run_test(size=NARROW) as pilot:
            await ready(pilot)
            monkeypatch.setattr(workspace, "sessions", broken)
            await pilot.press("tab", "h")
            await until(pilot, lambda: app.crash)

    with pytest.raises(ZeroDivisionError):
        await crash()


async def test_a_document_of_the_history_is_opened_beside_the_others(tmp_path: Path) -> None:
    async with workspace_in(tmp_path).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await ask(pilot)
    workspace = FakeWorkspace(replace(make_document("lease.pdf"), sha256="9" * 64))
    workspace.history = tmp_path / "sessions.sqlite"
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        workspace.sources = (*workspace.sources, make_document(str(Path.cwd() / "contract.pdf")))
        await pilot.press("tab", "h")
        await until(pilot, lambda: "1 question" in text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "o opens" in text_of(pilot))
        await pilot.press("o")
        await until(pilot, lambda: screen._desk.documents == 2)
        assert screen._shelf.current.short_name == "contract.pdf"


class FolderWorkspace(FakeWorkspace):
    """Finds what was written into a folder, as the real one does."""

    def find(
        self, paths: Sequence[Path], *, more: bool = False
    ) -> tuple[list[FakeFile], list[LoadFailed]]:
        found = discover(paths, beside=self.known if more else []).found
        self.known = [*self.known, *found] if more else found
        return [FakeFile(each.path, each.name) for each in found], []

    known: list[Found] = []  # noqa: RUF012 replaced, never changed


def folder_of(root: Path, name: str, *files: str) -> Path:
    """A folder with these files."""
    folder = root / name
    folder.mkdir(parents=True)
    for each in files:
        (folder / each).write_text(f"{name} {each}")
    return folder


async def opened_from_history(pilot: Pilot[None]) -> None:
    """Open the documents of the newest question of the history."""
    await pilot.press("tab", "h")
    await until(pilot, lambda: "1 question" in text_of(pilot))
    await pilot.press("enter")
    await until(pilot, lambda: "o opens" in text_of(pilot))
    await pilot.press("o")


async def test_a_folder_of_the_history_that_is_open_is_not_read_again(tmp_path: Path) -> None:
    papers = folder_of(tmp_path, "papers", "README.md", "terms.md")
    names = ["README.md", "terms.md"]
    workspace = FolderWorkspace(*map(make_document, names))
    workspace.history = tmp_path / "sessions.sqlite"
    async with DocmindApp(workspace, [papers]).run_test(size=NARROW) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 2)
        await ask(pilot)
        screen.bring(1)
        await opened_from_history(pilot)
        await until(pilot, lambda: screen._shelf.index == 0)
        screen._work.open(papers)
        await until(pilot, lambda: "papers is open already" in text_of(pilot))
        assert [each.name for each in screen._shelf.documents] == names


async def test_a_folder_beside_another_replaces_none_of_its_documents(tmp_path: Path) -> None:
    papers = folder_of(tmp_path, "papers", "README.md")
    other = folder_of(tmp_path, "other", "README.md")
    workspace = FolderWorkspace(make_document("README.md"))
    workspace.history = tmp_path / "sessions.sqlite"
    async with DocmindApp(workspace, [papers]).run_test(size=NARROW) as pilot:
        await until(pilot, lambda: screen_of(pilot)._desk.documents == 1)
        await ask(pilot)
    named = str(papers / "README.md")
    workspace = FolderWorkspace(make_document("README.md"), make_document(named))
    workspace.history = tmp_path / "sessions.sqlite"
    async with DocmindApp(workspace, [other]).run_test(size=NARROW) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen._desk.documents == 1)
        await opened_from_history(pilot)
        await until(pilot, lambda: screen._desk.documents == 2)
        assert [each.name for each in screen._shelf.documents] == ["README.md", named]
        assert screen._shelf.current.path == papers / "README.md"
        folders = [str(other), str(papers)]
        assert [each.name for each in screen._opened] == folders
