"""Commands: after a slash in the prompt, and in the palette, which has everything that a key does.

What a command sets holds for the questions that come, and stands in the status line until then:
nothing may change how answers are made without being seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from docmind.errors import UsageError
from docmind.settings import ReadingMode
from docmind.tui.commands import COMMANDS, Command, command_of, commands_like, is_command
from docmind.tui.key_names import key_names
from docmind.tui.keymap import remapped
from docmind.tui.manner import (
    AS_SET,
    Manner,
    with_length,
    with_mode,
    with_role,
    with_temperature,
)
from docmind.tui.messages import CommandGiven
from docmind.tui.request import completions
from docmind.tui.screens.keys import ANYWHERE, AT_THE_END, IN_PANES, WITH_WORDS
from docmind.tui.screens.quoting import QuotingScreen
from docmind.tui.widgets.counted_view import CountedView
from docmind.tui.widgets.lines_view import LinesView
from docmind.tui.widgets.pages_view import PagesView


class Offer(NamedTuple):
    """A line of the palette: what it is called, which key does it too, and what it does."""

    title: str
    key: str
    run: Callable[[], object]


class CommandingScreen(QuotingScreen):
    """Obeys what is typed as a command; the last of the screens, because commands reach all."""

    BINDINGS: ClassVar[list[BindingType]] = WITH_WORDS

    def take_words(self, words: str) -> None:
        """A question was typed, or a command. Raises UsageError where it means nothing."""
        if is_command(words):
            self.obey(*command_of(words))
        else:
            super().take_words(words)

    def obey(self, command: Command, argument: str) -> None:
        """Do what a command says. Raises UsageError for an argument that means nothing."""
        settings, manner = self._work.workspace.settings, self.manner
        match command.name:
            case "role":
                self.set_manner(with_role(manner, argument, settings))
            case "mode":
                self.set_manner(with_mode(manner, argument))
            case "temperature":
                self.set_manner(with_temperature(manner, argument))
            case "length":
                self.set_manner(with_length(manner, argument))
            case "clear":
                self.set_manner(Manner())
            case _:
                self._do(command, argument)

    def _do(self, command: Command, argument: str) -> None:
        """A command that does something at once."""
        match command.name:
            case "page" | "find":
                if not argument:
                    raise UsageError(f"/{command.name} of what?", f"Type: {command.usage}")
                self.post_message(CommandGiven(command.name, argument))
            case "copy":
                self.copy_answer(plain=False)
            case "plain":
                self.copy_answer(plain=True)
            case "export":
                self.export_to(argument)
            case "history":
                self.show_history(argument)
            case "quit":
                self.app.exit()
            case _:
                self.call_later(self.run_action, command.name)

    def set_manner(self, manner: Manner) -> None:
        """The next questions are answered so."""
        self.manner = manner
        then = "" if self._has_model or not manner.words else "; it matters once a model answers"
        self.say(f"Next answers: {manner.words or 'as it is set'}{then}")
        self.tell_status()

    def tell_status(self) -> None:
        """The status line tells what was changed, too."""
        super().tell_status()
        self.status.facts = replace(self.status.facts, manner=self.manner.words)

    def action_next_pane(self, step: int) -> None:
        """Tab completes a name or a command where one is being typed; else the next pane."""
        if not (step > 0 and self.focused is self.prompt and self._complete()):
            super().action_next_pane(step)

    def _complete(self) -> bool:
        """Complete the word before the cursor; true where it is one that could be completed."""
        row, column = self.prompt.cursor_location
        line = self.prompt.document.get_line(row)[:column]
        at = max(line.rfind(" "), -1) + 1
        word = line[at:]
        if word.startswith("@"):
            found = completions(word[1:], self._shelf)
        elif word.startswith("/") and at == row == 0:
            found = commands_like(word[1:])
        else:
            return False
        if len(found) == 1:
            self.prompt.replace(f"{word[0]}{found[0]} ", (row, at), (row, column))
        else:
            self.say(" ".join(found) or f"Nothing begins with {word}")
        return True

    def offers(self) -> Iterator[Offer]:
        """Everything that the palette has: commands, roles, modes, and what keys do."""
        bound = self._bound([*ANYWHERE, *IN_PANES, *WITH_WORDS, *AT_THE_END])
        for command in COMMANDS:
            begun = command.argument and not command.alone
            run = partial(self._begin if begun else self._obey_alone, command)
            _, keys = bound.get(_ACTIONS.get(command.name, command.name), ("", ""))
            yield Offer(f"{command.usage}: {command.description}", keys, run)
        for role in (*sorted(self._work.workspace.settings.roles), AS_SET):
            yield Offer(f"Role: {role}", "", partial(self._set_by, f"/role {role}"))
        for mode in ReadingMode:
            yield Offer(f"Mode: {mode}", "", partial(self._set_by, f"/mode {mode}"))
        for action, (title, keys) in bound.items():
            if _alone(action):
                yield Offer(title, keys, partial(self._act, action))
        panes = [*LinesView.BINDINGS, *CountedView.BINDINGS, *PagesView.BINDINGS]
        for action, (title, keys) in self._bound(panes).items():
            if not action.startswith(_OF_PANES):
                yield Offer(title, keys, partial(self._act_in_pane, action))

    def _bound(self, table: Sequence[BindingType]) -> dict[str, tuple[str, str]]:
        """What each action of a table is called, and all keys that do it."""
        found: dict[str, tuple[str, str]] = {}
        for each in remapped(table, self._work.workspace.settings.keys):
            if isinstance(each, Binding) and each.description:
                words = each.tooltip or each.description
                title, keys = found.get(each.action, (words[:1].upper() + words[1:], ""))
                names = dict.fromkeys([*keys.split(), *key_names(each).split()])
                found[each.action] = (title, " ".join(names))
        return found

    def _set_by(self, typed: str) -> None:
        self.obey(*command_of(typed))

    def _act(self, action: str) -> None:
        self.call_later(self.run_action, action)

    def _act_in_pane(self, action: str) -> None:
        """In the pane that has the focus where all panes can do it, else in the document."""
        everywhere = any(isinstance(b, Binding) and b.action == action for b in LinesView.BINDINGS)
        focused = self.focused if everywhere else None
        pane = focused if isinstance(focused, LinesView) else self.document
        self.look_at(pane.id or "document")
        pane.call_later(pane.run_action, action)

    def _obey_alone(self, command: Command) -> None:
        self.obey(command, "")

    def _begin(self, command: Command) -> None:
        """A command that needs more is begun in the prompt."""
        self.look_at("prompt")
        self.prompt.offer(f"/{command.name} ")

    def go_to_page_number(self, number: str) -> None:
        """To a page, as the palette offers it."""
        self.post_message(CommandGiven("page", number))


_OF_KEYS = ("citation(", "interrupt", "suspend", "unwind", "next_pane", "app.")
_OF_PANES = ("move(", "first")
"""What makes no sense when it is chosen from a list, or is there under another name."""

_ACTIONS = {"quit": "app.quit", "page": "go_to_page"}
"""What keys do for a command, where it is not called like it."""

_OF_COMMANDS = frozenset(command.name for command in COMMANDS)


def _alone(action: str) -> bool:
    """Whether a key does something that the palette should have, and no command stands for."""
    return not action.startswith(_OF_KEYS) and action not in _OF_COMMANDS
