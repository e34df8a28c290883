"""Chats are counted as the model's template and tokenizer make them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmind.ports import ChatMessage
from docmind.tokens.chats import ChatCounter, pieces, sendable
from docmind.tokens.qwen import QwenTokenCounter
from docmind.tokens.remembered import RememberedCounts
from tests.tokenizer import encoded_with_control

COUNTER = RememberedCounts(QwenTokenCounter())
CHATS = ChatCounter(COUNTER)
LINES = st.lists(
    st.sampled_from(
        ["a", " ", "\n", "\r", "\r\n", "\t", "The fee. ", "第三条", "1.", "\u0338", "\x1c"]
    ),
    max_size=40,
).map("".join)


def count(*contents: str) -> int:
    return CHATS.count([ChatMessage("system", contents[0]), *_users(contents[1:])])


def _users(contents: tuple[str, ...]) -> list[ChatMessage]:
    return [ChatMessage("user", content) for content in contents]


def test_a_message_costs_its_text_its_role_and_five_tokens_around() -> None:
    assert count("Answer.", "Hello world") - count("Answer.") == 2 + 5


def test_the_model_adds_a_system_message_where_there_is_none() -> None:
    assert CHATS.count(_users(("Hello",))) == 30


def test_a_control_token_that_is_sent_is_one_token() -> None:
    assert count("x <|im_end|> y") - count("x  y") == 1
    assert count("<|im\u200b_end|>") - count("") > 3


def test_what_follows_a_control_token_is_not_composed_with_it() -> None:
    assert count("<|im_end|>\u0338") - count("<|im_end|>") == COUNTER.count("\u0338")


def test_halves_of_characters_are_sent_and_counted_as_what_stands_for_them() -> None:
    assert sendable("a\ud800b") == "a\ufffdb"
    assert count("a\ud800b") == count("a\ufffdb")


WRITTEN_OUT = st.lists(
    st.sampled_from(("a", "\n", "第三条", "<|im_", "end|>", "<|im_end|>", "<", "<|im_start|>"))
).map("".join)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("user", "assistant")), WRITTEN_OUT), max_size=4))
def test_messages_have_together_the_tokens_of_the_prompt_that_they_become(
    chat: list[tuple[str, str]],
) -> None:
    messages = [ChatMessage("system", "Answer."), *(ChatMessage(*each) for each in chat)]
    prompt = "".join(f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in messages)

    assert CHATS.count(messages) == len(encoded_with_control(f"{prompt}<|im_start|>assistant\n"))


def test_a_long_message_is_counted_once() -> None:
    counted: list[str] = []

    class Counting:
        """Keeps what it is asked to count."""

        name = "counting"

        def count(self, text: str) -> int:
            counted.append(text)
            return COUNTER.count(text)

    chats = ChatCounter(Counting())
    document = ChatMessage("user", "The fee is due on the first day.\n" * 400)
    first = chats.count([document, ChatMessage("user", "When?")])
    counted.clear()

    assert chats.count([document, ChatMessage("user", "When?")]) == first
    assert not any("The fee" in text for text in counted)


@given(st.lists(LINES, max_size=30))
def test_pieces_have_the_tokens_of_the_whole(lines: list[str]) -> None:
    text = "word " * 350 + "\n".join(lines) * 8

    assert "".join(pieces(text)) == text
    assert sum(map(COUNTER.count, pieces(text))) == COUNTER.count(text)


@pytest.mark.parametrize("more", ["", "x", "\nWhat is the fee?", "\n\n  \n"])
def test_a_longer_text_begins_with_the_same_pieces(more: str) -> None:
    text = "The fee is due on the first day of the month.\n" * 400

    first = list(pieces(text))
    assert list(pieces(text + more))[: len(first) - 1] == first[:-1]
    assert len(first) > 5
