"""Keys as settings: what is set works and stands in the help; what is no key is an error."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.widget import Widget

from docmind.errors import ConfigError
from docmind.settings import InterfaceSettings, Settings
from docmind.tui.all_keys import every_binding, every_table
from docmind.tui.key_names import HINTED, HintKeys, first_key, hint_keys
from docmind.tui.keymap import keymap
from tests.tui.fakes import FakeWorkspace, ready, text_of, until

NARROW = (80, 24)


def with_keys(**keys: str) -> FakeWorkspace:
    workspace = FakeWorkspace()
    workspace.settings = Settings(
        keys={name.replace("__", "."): key for name, key in keys.items()}
    )
    return workspace


async def test_a_key_that_is_set_replaces_the_one_before() -> None:
    async with with_keys(reading__outline="f5").app().run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("f2", "t")
        assert "has no outline" not in text_of(pilot)
        await pilot.press("f5")
        await until(pilot, lambda: "has no outline" in text_of(pilot))


async def test_a_key_of_two_directions_is_set_at_once() -> None:
    workspace = with_keys(reading__other_pane="f6")
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f6")
        assert screen.pane == "document"
        await pilot.press("f6")
        assert screen.pane == "answers"


async def test_the_help_shows_the_keys_that_are_set_and_begins_where_the_focus_is() -> None:
    workspace = with_keys(document__mark="f5", reading__help="?,f1")
    async with workspace.app().run_test(size=(80, 40)) as pilot:
        await ready(pilot)
        await pilot.press("f2", "?")
        await until(pilot, lambda: "Document, where you are" in text_of(pilot))
        shown = text_of(pilot)
        assert shown.index("Document, where you are") < shown.index("Anywhere")
        assert "f5                  mark this place" in shown


async def test_keys_of_two_strokes_and_numbers_work_by_whatever_key_they_were_given() -> None:
    workspace = with_keys(document__bottom="ctrl+e", document__top="f5", document__go_to_mark="f6")
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        await pilot.press("f2", "1", "1", "ctrl+e")
        await until(pilot, lambda: screen._position == 11)
        await pilot.press("f5", "f5", "m", "a", "7", "ctrl+e")
        await until(pilot, lambda: screen._position == 7)
        await pilot.press("f6", "b")
        await until(pilot, lambda: "There is no mark b; mb makes it" in text_of(pilot))
        await pilot.press("f6", "a")
        await until(pilot, lambda: screen._position == 1)
        await pilot.press("f6", "f6")
        await until(pilot, lambda: screen._position == 7)


async def test_the_palette_and_the_last_row_show_the_keys_that_are_set() -> None:
    workspace = with_keys(reading__ledger="f7", reading__find="f8")
    async with workspace.app().run_test(size=(80, 40)) as pilot:
        await ready(pilot)
        assert "f8 Find" in text_of(pilot)
        await pilot.press("ctrl+p", *"was read for the")
        await until(pilot, lambda: "key: f7" in text_of(pilot))


@pytest.mark.parametrize(
    ("name", "key", "said", "hint"),
    [
        pytest.param("reading.outlin", "t", "nothing is called", "reading.outline", id="name"),
        pytest.param("reading.outline", "crtl+t", "is no key", "Did you mean", id="modifier"),
        pytest.param("reading.outline", "pagedwn", "is no key", "pagedown", id="key"),
        pytest.param("reading.outline", "t,", "is no key", "As in", id="nothing"),
        pytest.param("reading.outline", "ctrl+i", "cannot be ctrl+i", "send tab", id="tab"),
    ],
)
def test_what_is_no_name_or_no_key_is_an_error_with_the_nearest(
    name: str, key: str, said: str, hint: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)) as raised:
        keymap({name: key}, every_binding())

    assert hint in raised.value.hint


@pytest.mark.parametrize(
    "key", ["t", "T", "?", "+", "f5", "ctrl+t", "alt+right", "ctrl+shift+left", "space, f6"]
)
def test_keys_that_terminals_send_can_be_set(key: str) -> None:
    assert keymap({"reading.outline": key}, every_binding())["reading.outline"]


def test_texts_name_the_keys_that_are_bound_and_those_that_are_set() -> None:
    bound = every_binding()

    assert HintKeys()._asdict() == {
        hint: first_key(bound[name].key) for hint, name in HINTED.items()
    }
    assert hint_keys({"reading.ask_again": "f5,f6", "pane.find": "slash"}) == HintKeys(again="f5")


async def test_what_is_said_of_keys_follows_those_that_are_set() -> None:
    workspace = with_keys(
        reading__next_pane="f6", reading__ask_again="f5", reading__unwind="f9",
        ledger__close="f8,escape", sheet__down="n", library__add="f10",
    )  # fmt: skip
    workspace.bench.gate = threading.Event()
    async with workspace.app().run_test(size=NARROW) as pilot:
        screen = await ready(pilot)
        assert "f6, then 1-9 shows a citation" in text_of(pilot)
        screen.prompt.insert("What is the fee?")
        await pilot.press("enter")
        await until(pilot, lambda: "f9 stops" in text_of(pilot))
        await pilot.press("f9")
        await until(pilot, lambda: "f6, then f5 asks again" in text_of(pilot))
        workspace.bench.gate.set()
        await pilot.press("f2", "f3")
        await until(pilot, lambda: "f8 closes · n k scroll" in text_of(pilot))
        await pilot.press("f8", "ctrl+l")
        await until(pilot, lambda: "enter open · f10 add · d remove" in text_of(pilot))


def test_everything_that_has_a_key_has_words_that_say_what_it_does() -> None:
    named: dict[str, Binding] = every_binding()

    assert [name for name, each in named.items() if not each.description] == [
        f"reading.citation_{number}" for number in range(2, 10)
    ]


@pytest.mark.parametrize(("remote", "level"), [(False, "full"), (True, "none")])
def test_nothing_is_animated_over_ssh(
    monkeypatch: pytest.MonkeyPatch, remote: bool, level: str
) -> None:
    if remote:
        monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.2 22")
    else:
        monkeypatch.delenv("SSH_CONNECTION", raising=False)
    workspace = FakeWorkspace()
    workspace.settings = Settings(interface=InterfaceSettings(animations=True))

    assert workspace.app().animation_level == level


def test_every_key_has_a_name_to_be_set_by_and_no_two_share_one() -> None:
    bindings = [each for table in every_table() for each in table if isinstance(each, Binding)]
    assert {"reading.export", "pane.history", "library.remove"} <= {b.id for b in bindings}
    nameless = {(each.key, each.action) for each in bindings if not each.id}
    assert nameless == set()
    # One key that leads there and back has one name; two keys never share one.
    names = {(each.id, each.key) for each in bindings}
    twice = [name for name, uses in Counter(name for name, _ in names).items() if uses > 1]
    assert twice == []


def test_every_widget_and_screen_that_has_keys_is_known_to_the_settings() -> None:
    ours = [each for each in with_keys_of_its_own(Widget) if each.__module__.startswith("docmind")]
    known = [binding for table in every_table() for binding in table]
    unknown = {
        (owner.__qualname__, binding.key)
        for owner in ours
        for binding in owner.__dict__["BINDINGS"]
        if binding not in known
    }
    assert len(ours) > 10
    assert unknown == set()


def with_keys_of_its_own(base: type[Widget]) -> Iterator[type[Widget]]:
    """Every class below this one that has a table of keys."""
    for each in base.__subclasses__():
        if "BINDINGS" in each.__dict__:
            yield each
        yield from with_keys_of_its_own(each)
