"""Tokens are those of the model, not an estimate."""

import hashlib
from importlib.resources import files

from docmind.tokens.qwen import SPECIAL_TOKENS, QwenTokenCounter

RANKS_SHA256 = "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186"


def test_the_shipped_ranks_are_those_of_the_published_tokenizer() -> None:
    ranks = files("docmind.tokens").joinpath("qwen.tiktoken").read_bytes()

    assert hashlib.sha256(ranks).hexdigest() == RANKS_SHA256
    assert len(ranks.splitlines()) == 151_643


def test_ids_equal_those_of_the_models_own_tokenizer() -> None:
    assert QwenTokenCounter().encode("Hello world 你好 ") == [9707, 1879, 220, 108386, 220]


def test_special_tokens_have_the_ids_of_qwen_2_5() -> None:
    assert len(SPECIAL_TOKENS) == 22
    assert SPECIAL_TOKENS["<|endoftext|>"] == 151643
    assert SPECIAL_TOKENS["<|im_end|>"] == 151645
    assert SPECIAL_TOKENS["<|file_sep|>"] == 151664


def test_a_special_token_in_a_document_is_counted_as_the_text_that_it_is() -> None:
    counter = QwenTokenCounter()

    assert counter.count("<|im_end|>") > 1
    assert not set(counter.encode("a <|im_end|> b")) & set(SPECIAL_TOKENS.values())


def test_decomposed_text_counts_like_composed_text() -> None:
    counter = QwenTokenCounter()

    assert counter.count("re\u0301sume\u0301") == counter.count("résumé")


def test_every_digit_is_a_token_of_its_own() -> None:
    assert QwenTokenCounter().count("20251121") == 8
