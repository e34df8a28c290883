"""What is typed after a slash or an @, and what the palette offers."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot

from docmind.errors import UsageError
from docmind.settings import ReadingMode, Settings
from docmind.tui.commands import COMMANDS, command_of, is_command
from docmind.tui.manner import Manner, with_length, with_mode, with_role, with_temperature
from docmind.tui.request import completions, request_of
from docmind.tui.screens.commanding import CommandingScreen
from docmind.tui.shelf import Shelf
from tests.tui.fakes import (
    FakeWorkspace,
    ask,
    make_document,
    ready,
    screen_of,
    text_of,
    until,
)

NARROW = (80, 24)
WIDE = (160, 45)


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type this into the prompt, and press enter."""
    screen_of(pilot).prompt.insert(text)
    await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/page 12", "page", "12"),
        ("/find two words", "find", "two words"),
        (" /copy ", "copy", ""),
    ],
)
def test_a_command_is_a_word_after_a_slash(text: str, name: str, argument: str) -> None:
    assert is_command(text)
    command, rest = command_of(text)
    assert (command.name, rest) == (name, argument)


@pytest.mark.parametrize("text", ["/etc/hosts says what?", "What is /page?", "a/b"])
def test_a_path_is_no_command(text: str) -> None:
    assert not is_command(text)


def test_an_unknown_command_says_what_there_is() -> None:
    with pytest.raises(UsageError, match="There is no command /foo") as raised:
        command_of("/foo bar")
    assert all(f"/{command.name}" in raised.value.hint for command in COMMANDS)


def test_what_is_set_stands_in_few_words_and_goes_into_the_options() -> None:
    settings = Settings()
    manner = with_role(Manner(), "lawyer", settings)
    manner = with_length(with_temperature(with_mode(manner, "whole"), "0.5"), "500")

    assert manner.words == "lawyer, whole, temperature 0.5, 500 tokens"
    options = manner.options(settings)
    assert options.role == settings.roles["lawyer"].instructions
    assert options.mode is ReadingMode.WHOLE
    assert (options.temperature, options.max_output_tokens) == (0.5, 500)
    for undo in (with_mode, with_temperature, with_length):
        manner = undo(manner, "default")
    assert with_role(manner, "default", settings) == Manner()


@pytest.mark.parametrize("text", ["", "3", "-1", "nan", "warm", "1e999"])
def test_what_is_no_temperature_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="temperature"):
        with_temperature(Manner(), text)


@pytest.mark.parametrize("text", ["", "0", "-5", "9000", "9" * 5000, "many", "²"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="length"):
        with_length(Manner(), text)


@pytest.mark.parametrize("text", ["", "Lawyer"])
def test_an_unknown_role_or_mode_says_which_there_are(text: str) -> None:
    with pytest.raises(UsageError) as role:
        with_role(Manner(), text, Settings())
    with pytest.raises(UsageError) as mode:
        with_mode(Manner(), text)
    assert "analyst, engineer, lawyer, researcher" in role.value.hint
    assert "auto, whole, every-part, retrieve" in mode.value.hint


SHELF = Shelf(["papers/contract.pdf", "papers/lease 2026.pdf", "src/context.py"])


@pytest.mark.parametrize(
    ("words", "text", "names"),
    [
        ("What is the fee?", "What is the fee?", ()),
        ("@contract.pdf what is the fee?", "what is the fee?", ("papers/contract.pdf",)),
        ("What is the fee in @contract?", "What is the fee in ?", ("papers/contract.pdf",)),
        ("Is @lease right?", "Is lease 2026.pdf right?", ("papers/lease 2026.pdf",)),
        ('@"lease 2026.pdf" who pays?', "who pays?", ("papers/lease 2026.pdf",)),
        ("@src/context.py, what is it?", "what is it?", ("src/context.py",)),
        ("What does `@property` do, me@home?", "What does `@property` do, me@home?", ()),
    ],
)
def test_a_name_after_an_at_sign_limits_a_question(
    words: str, text: str, names: tuple[str, ...]
) -> None:
    request = request_of(words, SHELF)

    assert request.words == words
    assert request.options.documents == names
    assert request.text.replace(" ?", "?") == text.replace(" ?", "?")


def test_a_name_that_no_document_has_says_which_there_are() -> None:
    with pytest.raises(UsageError, match="No document is called @deed") as none:
        request_of("@deed.pdf who?", SHELF)
    with pytest.raises(UsageError, match="Several documents are called like @cont") as several:
        request_of("@cont who?", SHELF)
    assert "contract.pdf, lease 2026.pdf, context.py" in none.value.hint
    assert "contract.pdf, context.py" in several.value.hint


def test_names_are_completed() -> None:
    assert completions("lea", SHELF) == ['"lease 2026.pdf"']
    assert completions("CON", SHELF) == ["contract.pdf", "context.py"]
    assert completions("2026", SHELF) == ['"lease 2026.pdf"']
    assert completions("deed", SHELF) == []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_what_a_command_sets_holds_for_the_next_questions(size: tuple[int, int]) -> None:
    workspace = FakeWorkspace()
    async with workspace.app().run_test(size=size) as pilot:
        await ready(pilot)
        for command in ("/role lawyer", "/mode whole", "/temperature 0"):
            await typed(pilot, command)
        assert "Next answers: lawyer, whole, temperature 0" in text_of(pilot)
        await ask(pilot)
        (options,) = workspace.bench.options
        assert options.role == Settings().roles["lawyer"].instructions
        assert (options.mode, options.temperature) == (ReadingMode.WHOLE, 0)
        screen_of(pilot)._hush()
        await until(pilot, lambda: "lawyer, whole" in text_of(pilot))
        await typed(pilot, "/clear")
        await ask(pilot, "And now?")
        assert workspace.bench.options[1].mode is None
        assert workspace.bench.asked == ["What is the fee?", "And now?"]


async def test_a_wrong_command_says_what_there_is_and_can_be_mended() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await typed(pilot, "/rolle lawyer")
        shown = " ".join(text_of(pilot).split())
        assert "! There is no command /rolle." in shown
        assert "/role" in shown
        assert screen.prompt.text == "/rolle lawyer"
        assert len(screen._conversation) == 0
        await pilot.press("ctrl+u", *"/role lawyer", "enter")
        assert "There is no command" not in text_of(pilot)
        assert "it matters once a model answers" in text_of(pilot)


async def test_commands_go_to_pages_find_words_and_open_sheets() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await typed(pilot, "/page 7")
        await until(pilot, lambda: screen._position == 7)
        screen.look_at("prompt")
        await typed(pilot, "/find On page 9")
        await until(pilot, lambda: screen._position == 9)
        screen.look_at("prompt")
        await typed(pilot, "/help")
        await until(pilot, lambda: "Anywhere" in text_of(pilot))
        await pilot.press(*["space"] * 20)
        await until(pilot, lambda: "/temperature X" in text_of(pilot))
        await pilot.press("escape")
        await typed(pilot, "/quit")
        await until(pilot, lambda: not pilot.app.is_running)


async def test_a_question_can_be_limited_to_a_document_by_its_name() -> None:
    workspace = FakeWorkspace(make_document(), make_document("folder/lease.pdf"))
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press(*"@le", "tab")
        assert screen.prompt.text == "@lease.pdf "
        await ask(pilot, "what is the fee?")
        assert workspace.bench.options[0].documents == ("folder/lease.pdf",)
        assert workspace.bench.asked == ["what is the fee?"]
        assert "▍ @lease.pdf what is the fee?" in text_of(pilot)
        await pilot.press("tab", "r")
        await until(pilot, lambda: len(workspace.bench.options) == 2)
        assert workspace.bench.options[1].documents == ("folder/lease.pdf",)
        await pilot.press("escape")
        await typed(pilot, "@deed who pays?")
        assert "No document is called @deed." in text_of(pilot)
        assert screen.prompt.text == "@deed who pays?"


async def test_tab_completes_a_command() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press(*"/mo", "tab")
        assert screen.prompt.text == "/mode "
        await pilot.press("ctrl+u", *"/h", "tab")
        assert "history help" in text_of(pilot)
        await pilot.press("ctrl+u", *"word", "tab")
        assert screen.focused is screen.answers


async def chosen(pilot: Pilot[None], letters: str, title: str) -> None:
    """Type letters into the palette, wait for a title, take it."""
    await pilot.press("ctrl+p")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
    await pilot.press(*letters)
    await until(pilot, lambda: title in text_of(pilot))
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(pilot.app.screen, CommandPalette))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_the_palette_goes_to_a_page_and_sets_a_role(size: tuple[int, int]) -> None:
    async with FakeWorkspace().app().run_test(size=size) as pilot:
        screen = await ready(pilot)
        await chosen(pilot, "11", "Go to page 11")
        await until(pilot, lambda: screen._position == 11)
        await chosen(pilot, "role: analyst", "Role: analyst")
        await until(pilot, lambda: screen.manner.role == "analyst")
        await chosen(pilot, "/find", "/find TEXT")
        await until(pilot, lambda: screen.prompt.text == "/find ")
        await chosen(pilot, "/help", "/help: all keys")
        await until(pilot, lambda: "Anywhere" in text_of(pilot))


async def test_the_palette_has_everything_once_with_all_of_its_keys() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CommandingScreen)
        offers = list(screen.offers())
        titles = Counter(offer.title for offer in offers)
        keys = {offer.title: offer.key for offer in offers}
    assert [title for title, count in titles.items() if count > 1] == []
    assert keys["Go to a page"] == "ctrl+g :"
    assert keys["Back to where the jump began"] == "ctrl+o alt+left backspace"
    assert keys["Next page"] == "J right"
    assert keys["Top of the page"] == "H"
    assert keys["To the beginning"] == "g home"
    assert keys["Half a screen down"] == "ctrl+d"
    assert keys["/quit: quit"] == "ctrl+q"


async def test_what_panes_do_is_chosen_from_the_palette_too() -> None:
    async with FakeWorkspace().app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await chosen(pilot, "next page", "Next page")
        await until(pilot, lambda: screen._position == 2)
        await chosen(pilot, "mark this", "Mark this place")
        await pilot.press("q")
        await until(pilot, lambda: "Mark q is here" in text_of(pilot))
        await chosen(pilot, "to the end", "To the end")
        await until(pilot, lambda: screen._position == 12)
