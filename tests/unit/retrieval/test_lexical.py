"""BM25 as a list of scores."""

from __future__ import annotations

import pytest

from docmind.retrieval.lexical import Lexical

TEXTS = [
    ["rent", "due", "monthly"],
    ["notice", "three", "months", "rent"],
    [],
    ["garden"],
]


def test_texts_with_rarer_terms_of_the_query_score_higher() -> None:
    scores = Lexical(TEXTS).scores(["rent", "due"])
    assert scores[0] > scores[1] > 0
    assert scores[2] == scores[3] == 0


def test_a_query_that_nothing_contains_scores_nothing() -> None:
    assert Lexical(TEXTS).scores(["unheard", "of"]).tolist() == [0, 0, 0, 0]
    assert Lexical(TEXTS).scores([]).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("texts", [[], [[]], [[], []]])
def test_an_index_of_nothing_answers(texts: list[list[str]]) -> None:
    lexical = Lexical(texts)
    assert lexical.scores(["rent"]).tolist() == [0.0] * len(texts)
    assert lexical.idf("rent") >= 0


def test_rarer_terms_tell_more_and_unseen_ones_most() -> None:
    lexical = Lexical(TEXTS)
    assert lexical.idf("unseen") > lexical.idf("garden") > lexical.idf("rent") > 0
    assert lexical.texts_with("rent") == 2
    assert lexical.texts_with("unseen") == 0


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    Lexical(TEXTS).scores(["rent"])
    assert capfd.readouterr() == ("", "")
