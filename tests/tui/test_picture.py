"""Pages as pictures: where terminals show them, what is framed, and what is said elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.errors import DamagedInput, UsageError
from docmind.model import Answer, Document
from docmind.settings import Images, InterfaceSettings, Settings
from docmind.tui.graphics import graphics, picture_widget
from docmind.tui.screens.picture import PictureScreen
from docmind.tui.viewer import open_viewer, viewer_command
from tests.tui.fakes import (
    TINY_PNG,
    FakeWorkspace,
    ask,
    make_answer,
    make_document,
    make_text,
    ready,
    text_of,
    until,
)

NARROW = (80, 24)
BOX = (72.0, 100.0, 300.0, 112.0)


def workspace(*documents: Document, **interface: object) -> FakeWorkspace:
    made = FakeWorkspace(*documents)
    settings = replace(InterfaceSettings(images=Images.HALFCELL), **interface)  # type: ignore[arg-type]
    made.settings = Settings(interface=settings)
    return made


def boxed(question: str, document: Document) -> Answer:
    answer = make_answer(question, document)
    return replace(answer, citations=tuple(replace(c, boxes=(BOX,)) for c in answer.citations))


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        pytest.param({"TERM": "xterm-kitty"}, Images.KITTY, id="kitty"),
        pytest.param({"TERM": "xterm-ghostty"}, Images.KITTY, id="ghostty"),
        pytest.param({"TERM": "foot"}, Images.SIXEL, id="foot"),
        pytest.param({"TERM": "xterm", "TERM_PROGRAM": "WezTerm"}, Images.SIXEL, id="wezterm"),
        pytest.param({"TERM": "xterm", "KONSOLE_VERSION": "240800"}, Images.SIXEL, id="konsole"),
        pytest.param({"TERM": "xterm-256color"}, Images.OFF, id="unknown"),
        pytest.param({"TERM": "xterm-kitty", "TMUX": "/tmp/x,1,0"}, Images.OFF, id="tmux"),
        pytest.param({"TERM": "dumb"}, Images.OFF, id="dumb"),
        pytest.param({}, Images.OFF, id="nothing"),
    ],
)
def test_what_a_terminal_can_show_is_known_by_its_name(
    environment: dict[str, str], shown: Images
) -> None:
    assert graphics(Images.AUTO, environment) is shown


def test_a_setting_is_above_what_is_known() -> None:
    assert graphics(Images.SIXEL, {"TERM": "tmux-256color", "TMUX": "x"}) is Images.SIXEL
    assert graphics(Images.OFF, {"TERM": "xterm-kitty"}) is Images.OFF


def test_the_terminal_is_asked_nothing_so_no_key_is_eaten() -> None:
    program = (
        "import os, pty, sys\n"
        "pid, fd = pty.fork()\n"
        "if not pid:\n"
        "    from docmind.settings import Images\n"
        "    from docmind.tui.graphics import picture_widget\n"
        "    import tests.tui.fakes\n"
        "    picture_widget(Images.KITTY, tests.tui.fakes.TINY_PNG)\n"
        "    print('read', input())\n"
        "    os._exit(0)\n"
        "os.write(fd, b'hello\\n')\n"
        "said = b''\n"
        "while b'read hello' not in said: said += os.read(fd, 999)\n"
        "os.waitpid(pid, 0)\n"
        "import json; print(json.dumps(said.decode()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    said = json.loads(done.stdout)
    assert "read hello" in said
    assert "\x1b" not in said


@pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")  # textual-image's
async def test_the_cited_passage_is_framed_in_the_picture() -> None:
    made = workspace()
    made.bench.answer = boxed
    async with made.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        await pilot.press("tab", "1", "v")
        await until(pilot, lambda: "page 5 of 12" in text_of(pilot))
        assert made.drawn == [("contract.pdf", 5, (BOX,))]
        await pilot.press("right")
        await until(pilot, lambda: "page 6 of 12" in text_of(pilot))
        assert made.drawn[1:] == [("contract.pdf", 6, ())]
        await pilot.press("v")
        await until(pilot, lambda: screen._position == 6)
        assert pilot.app.screen is screen


async def test_a_terminal_without_pictures_says_so_and_names_the_viewer() -> None:
    made = workspace(images=Images.OFF)
    async with made.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "v")
        await until(pilot, lambda: "This terminal shows no pictures; o opens" in text_of(pilot))


async def test_a_file_that_is_no_pdf_has_no_picture() -> None:
    async with workspace(make_text("notes.txt", "words")).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "v")
        await until(pilot, lambda: "notes.txt is no PDF" in text_of(pilot))


async def test_a_page_that_cannot_be_drawn_says_why() -> None:
    made = workspace()
    made.picture_error = DamagedInput("contract.pdf is damaged: its pages cannot be drawn.", "")
    async with made.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "v")
        await until(pilot, lambda: "its pages cannot be drawn" in text_of(pilot))
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, PictureScreen)


def test_a_viewers_command_is_a_list_of_words_and_never_a_shells_line() -> None:
    path = Path("/docs/a; rm -rf $HOME.pdf")

    assert viewer_command("zathura -P {page} {file}", path, 12, {}) == [
        "zathura", "-P", "12", "/docs/a; rm -rf $HOME.pdf",
    ]  # fmt: skip
    assert viewer_command("mupdf", path, 1, {}) == ["mupdf", str(path)]


@pytest.mark.skipif(sys.platform != "linux", reason="xdg-open is of Linux")
def test_without_a_setting_the_desktop_chooses_and_without_a_desktop_it_is_said() -> None:
    assert viewer_command("", Path("/a.pdf"), 3, {"DISPLAY": ":0"}) == ["xdg-open", "/a.pdf"]
    with pytest.raises(UsageError, match="no desktop"):
        viewer_command("", Path("/a.pdf"), 3, {})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["no-such-viewer", "x"], "cannot be started", id="missing"),
        pytest.param(["false"], "ended with 1", id="failing"),
    ],
)
def test_a_viewer_that_does_not_open_is_an_error(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        open_viewer(words)


async def test_the_viewer_gets_the_page_in_view(tmp_path: Path) -> None:
    told = tmp_path / "told"
    made = workspace(make_document(pages=40), viewer=f"cp -T {{file}} {told}-{{page}}")
    document = tmp_path / "contract.pdf"
    document.write_bytes(b"%PDF-")
    made.folder = tmp_path
    async with made.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "3", "1", "G")
        await until(pilot, lambda: screen._position == 31)
        await pilot.press("o")
        await until(pilot, lambda: (tmp_path / "told-31").exists())


async def test_a_viewer_that_is_missing_is_told_of() -> None:
    made = workspace(viewer="no-such-viewer {file}")
    async with made.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "o")
        await until(pilot, lambda: "no-such-viewer cannot be started" in text_of(pilot))


@pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")
async def test_what_comes_of_the_viewer_is_told_over_the_picture() -> None:
    made = workspace(viewer="no-such-viewer {file}")
    async with made.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "v")
        await until(pilot, lambda: "page 1 of 12" in text_of(pilot))
        await pilot.press("o")
        await until(pilot, lambda: "no-such-viewer cannot be started" in text_of(pilot))
        assert isinstance(pilot.app.screen, PictureScreen)


@pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")
async def test_a_picture_stays_one_of_its_document_whatever_is_opened_meanwhile() -> None:
    made = workspace()
    async with made.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        made.sources = (*made.sources, make_document("other.pdf", 20))
        await pilot.press("f2", "v")
        await until(pilot, lambda: "page 1 of 12" in text_of(pilot))
        screen._work.open(Path("other.pdf"))
        await until(pilot, lambda: screen._shelf.current.name == "other.pdf")
        await pilot.press("right")
        await until(pilot, lambda: "page 2 of 12" in text_of(pilot))
        assert made.drawn[1:] == [("contract.pdf", 2, ())]
        await pilot.press("v")
        await until(pilot, lambda: screen._position == 2)
        assert screen._shelf.current.name == "contract.pdf"


@pytest.fixture(params=[Images.KITTY, Images.SIXEL, Images.HALFCELL])
def kind(request: pytest.FixtureRequest) -> Images:
    return Images(request.param)


def test_each_protocol_has_its_widget(kind: Images) -> None:
    assert picture_widget(kind, TINY_PNG).__class__.__module__.startswith("textual_image")
