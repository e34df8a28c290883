"""Panes, help, quitting, signals and crashes: how the program behaves as one."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from docmind.errors import ConfigError, DamagedInput
from docmind.model import Coverage
from docmind.ports import EnginePhase, EngineState
from docmind.settings import InterfaceSettings, Settings
from docmind.tui.app import DocmindApp
from docmind.tui.messages import ReadingFailed
from docmind.tui.widgets.keys_line import KeysLine
from docmind.tui.widgets.status import StatusFacts, fitting, status_parts
from tests.tui.fakes import FakeWorkspace, ask, make_document, ready, text_of, until

NARROW = (80, 24)
WIDE = (160, 45)


async def test_a_narrow_terminal_shows_one_pane_and_f2_the_other() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        assert (screen.answers.display, screen.document.display) == (True, False)
        await pilot.press("f2")
        assert (screen.answers.display, screen.document.display) == (False, True)
        await pilot.press("f2")
        assert screen.focused is screen.answers
        assert (screen.answers.display, screen.document.display) == (True, False)


async def test_a_wide_terminal_shows_both() -> None:
    async with FakeWorkspace().app().run_test(size=WIDE) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        assert (screen.answers.display, screen.document.display) == (True, True)


async def test_tab_goes_round_the_panes_and_escape_back_to_the_prompt() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await ask(pilot)
        order = []
        for key in ("tab", "tab", "tab", "shift+tab", "escape"):
            await pilot.press(key)
            order.append(screen.pane)
        assert order == ["answers", "document", "prompt", "document", "prompt"]


async def test_letters_are_text_in_the_prompt_and_keys_elsewhere() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press(*"j1c?/:", "left_square_bracket", "n")
        assert screen.prompt.text == "j1c?/:[n"
        assert screen._position == 1


async def test_help_tells_of_every_key_that_has_an_effect() -> None:
    async with FakeWorkspace().app().run_test(size=(100, 70)) as pilot:
        await ready(pilot)
        await pilot.press("f1")
        shown = text_of(pilot)
        for words in ("ctrl+g", "backspace", "1-9", "ctrl+y", "show this citation"):
            assert words in shown
        await pilot.press("escape")
        assert "show this citation" not in text_of(pilot)
        await pilot.press("f2", "question_mark")
        assert "show this citation" in text_of(pilot)


async def test_ctrl_c_stops_the_answer_first_and_quits_at_the_second_press() -> None:
    workspace = FakeWorkspace()
    workspace.bench.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "The fee is 15 euros." in text_of(pilot))
        await pilot.press("ctrl+c")
        assert "stopped" in text_of(pilot)
        left = []
        for _ in range(2):
            await pilot.press("ctrl+c")
            left.append(pilot.app._exit)
        assert left == [False, True]
        workspace.bench.gate.set()


async def test_ctrl_c_copies_what_is_selected_in_the_prompt() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press(*"fee", "shift+left", "shift+left", "ctrl+c")
        assert pilot.app.clipboard == "ee"


async def test_ctrl_q_quits_while_a_document_is_being_read() -> None:
    workspace = FakeWorkspace()
    workspace.gate = threading.Event()
    app = workspace.app()
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "Part 1" in text_of(pilot))
        await pilot.press("ctrl+q")
        assert app._exit
    assert all(t.daemon for t in threading.enumerate() if t.name.startswith("docmind"))
    workspace.gate.set()


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
    ids=["terminate", "hang up", "interrupt"],
)
async def test_a_signal_ends_it_with_its_exit_code(number: signal.Signals, exit_code: int) -> None:
    app = FakeWorkspace().app()
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        os.kill(os.getpid(), number)
        await until(pilot, lambda: app._exit)
    assert app.return_code == exit_code


async def test_all_is_drawn_again_when_the_shell_gives_the_terminal_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = FakeWorkspace().app()
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        drawn: list[bool] = []
        monkeypatch.setattr(app, "refresh", lambda *, layout: drawn.append(layout))
        app.app_resume_signal.publish(app)
        await until(pilot, lambda: drawn == [True])


async def test_a_bug_in_the_background_ends_the_program_and_is_kept_for_the_report() -> None:
    workspace = FakeWorkspace()
    workspace.bench.error = ZeroDivisionError("secret text of the document")
    app = workspace.app()

    async def crash() -> None:
        async with app.run_test(size=NARROW) as pilot:
            screen = await ready(pilot)
            screen.prompt.insert("What is the fee?")
            await pilot.press("enter")
            await until(pilot, lambda: app.crash)

    with pytest.raises(ZeroDivisionError):
        await crash()
    assert isinstance(app.crash, ZeroDivisionError)
    assert not app._exit_renderables


def test_a_theme_that_does_not_exist_is_an_error_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="There is no theme 'neon-pink'"):
        FakeWorkspace(theme="neon-pink").app()


def colours_of(app: DocmindApp) -> set[tuple[str, str]]:
    """What is drawn in which colour on which, as the terminal gets it."""
    colours = set()
    for strip in app.screen._compositor.render_strips():
        for line_filter in filter(lambda each: each.enabled, app._filters):
            strip = strip.apply_filter(line_filter, app.screen.background_colors[1])
        colours |= {
            (str(s.style.color.name), str(s.style.bgcolor.name))
            for s in strip
            if s.style and s.style.color and s.style.bgcolor
        }
    return colours


async def look_at_a_citation(pilot: Pilot[None]) -> None:
    await ready(pilot)
    await ask(pilot)
    await pilot.press("tab", "1")
    await pilot.pause()


@pytest.mark.parametrize(
    ("theme", "shown"),
    [("", "ansi-dark"), ("dracula", "ansi-dark"), ("ansi-light", "ansi-light")],
    ids=["no theme", "a theme of colours", "an ANSI theme"],
)
async def test_without_colour_no_colour_is_drawn_whatever_theme_is_set(
    monkeypatch: pytest.MonkeyPatch, theme: str, shown: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = FakeWorkspace(theme=theme).app()
    async with app.run_test(size=WIDE) as pilot:
        await look_at_a_citation(pilot)
        assert app.theme == shown
        assert colours_of(app) <= {("default", "default")}


async def test_an_empty_no_color_takes_no_colour_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    app = FakeWorkspace(theme="dracula").app()
    async with app.run_test(size=WIDE) as pilot:
        await look_at_a_citation(pilot)
        assert (app.theme, app.no_color) == ("dracula", False)
        assert len(colours_of(app)) > 2


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_an_ansi_theme_draws_in_the_colours_of_the_terminal(theme: str) -> None:
    app = FakeWorkspace(theme=theme).app()
    async with app.run_test(size=WIDE) as pilot:
        await look_at_a_citation(pilot)
        named = {name for pair in colours_of(app) for name in pair}
        assert named > {"default"}
        assert not [name for name in named if name.startswith("#")]


def test_scrolling_is_animated_where_it_is_set_and_never_over_ssh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    workspace = FakeWorkspace()
    assert workspace.app().animation_level == "none"
    workspace.settings = Settings(interface=InterfaceSettings(animations=True))
    assert workspace.app().animation_level == "full"
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    assert workspace.app().animation_level == "none"


async def test_the_end_tells_what_of_the_given_documents_could_not_be_read() -> None:
    damaged = DamagedInput("It is damaged.", "Save it again.")
    app = FakeWorkspace(damaged, make_document(), damaged).app()
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.readings.ended)
        assert [each.error for each in app.readings.failures] == [damaged, damaged]
        assert not app.readings.all_failed


async def test_nothing_read_is_known_once_all_was_tried() -> None:
    workspace = FakeWorkspace(DamagedInput("It is damaged."))
    app = workspace.app()
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.readings.ended)
        assert app.readings.all_failed
        app.screen.post_message(ReadingFailed(str(workspace.paths[0]), DamagedInput("Still.")))
        await until(pilot, lambda: "cannot be read: Still." in text_of(pilot))
        assert len(app.readings.failures) == 1


async def test_the_first_screen_of_the_sample_says_so_until_something_is_asked() -> None:
    workspace = FakeWorkspace()
    app = DocmindApp(workspace, workspace.paths, sample=True)
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        shown = text_of(pilot)
        assert "This is a sample" in shown
        assert "docmind open FILE" in shown
        await ask(pilot)
        assert "This is a sample" not in text_of(pilot)


async def test_the_desk_tells_of_its_arms_and_vectors_in_the_status_line() -> None:
    workspace = FakeWorkspace()
    workspace.bench.vectors_done = 0.4
    async with workspace.app().run_test(size=(120, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "lexical, vectors 40%" in text_of(pilot))
        workspace.bench.arms, workspace.bench.vectors_done = "lexical+dense", 1.0
        await until(pilot, lambda: "lexical + dense" in text_of(pilot))


async def test_pages_that_cannot_be_read_are_counted_in_the_status_line() -> None:
    document = make_document()
    pages = (replace(document.pages[0], text="", coverage=Coverage.IMAGE), *document.pages[1:])
    async with FakeWorkspace(replace(document, pages=pages)).app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        assert "1 not readable" in text_of(pilot)
        assert "page 1 · printed i · no text to read" in text_of(pilot)


def test_a_narrow_status_line_drops_what_matters_least() -> None:
    facts = StatusFacts(
        "a-very-long-name-of-a-contract.pdf", 12, 30, "10", tokens=84211, engine="extractive",
        arms="lexical+dense", vectors_done=1.0, unreadable=2,
    )  # fmt: skip
    parts = status_parts(facts)
    assert fitting(parts, 140)[-1] == "lexical + dense"
    narrow = fitting(parts, 60)
    assert "p.12 of 30 (10)" in narrow
    assert "2 not readable" in narrow
    assert "lexical + dense" not in narrow
    assert fitting(parts, 20) == ["p.12 of 30 (10)"]


def test_a_name_that_is_cut_still_says_how_many_other_documents_there_are() -> None:
    facts = StatusFacts("a-very-long-name-of-a-contract.pdf", 12, 30, others=3)
    assert fitting(status_parts(facts), 30) == ["a-very-long-na… +3", "p.12 of 30"]


async def test_leaving_puts_the_desk_away_so_that_nothing_goes_on_behind() -> None:
    workspace = FakeWorkspace()
    async with workspace.app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        assert not workspace.bench.put_away
        await pilot.press("ctrl+q")
    assert workspace.bench.put_away


async def test_the_first_screen_tells_who_answers_here_and_why() -> None:
    workspace = FakeWorkspace()
    why = "No GPU was found, and vLLM's own environment needs one"
    workspace.engines.state = EngineState(EnginePhase.NONE, f"no language model: {why}")
    async with workspace.app().run_test(size=NARROW) as pilot:
        said = f"Answers are sentences of the text, no model writes them: {why}"
        await until(pilot, lambda: said in " ".join(text_of(pilot).split()))
        workspace.engines.be_ready()
        await until(pilot, lambda: "answers, and reads 131,072 tokens at once" in text_of(pilot))


async def test_the_last_row_names_keys_and_a_click_presses_them() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        row = text_of(pilot).splitlines()[-1]
        assert row.split() == "⏎ Ask tab Pane f2 Document ^f Find ^g Page f1 Help ^q Quit".split()
        assert await pilot.hover(offset=(row.index("Find"), NARROW[1] - 1))
        assert screen.query_one(KeysLine).tooltip == "search in the document"
        assert await pilot.click(offset=(row.index("Find"), NARROW[1] - 1))
        await until(pilot, lambda: screen.bar.display)
        await pilot.press("escape", "tab")
        await until(pilot, lambda: "c Cited" in text_of(pilot))
