"""BM25 as a list of scores."""

from __future__ import annotations

import bm25s
import numpy as np
import pytest

from docmind.retrieval.lexical import K1, B, Lexical, Vocabulary

TEXTS = ["rent due monthly", "notice three months rent", "", "garden"]


def lexical_of(texts: list[str]) -> Lexical:
    vocabulary = Vocabulary()
    pieces = [vocabulary.numbers(text) for text in texts]
    return Lexical(vocabulary, pieces, range(len(texts)), len(texts))


def test_texts_with_rarer_terms_of_the_query_score_higher() -> None:
    scores = lexical_of(TEXTS).scores(["rent", "due"])
    assert scores[0] > scores[1] > 0
    assert scores[2] == scores[3] == 0


def test_a_query_that_nothing_contains_scores_nothing() -> None:
    assert lexical_of(TEXTS).scores(["unheard", "of"]).tolist() == [0, 0, 0, 0]
    assert lexical_of(TEXTS).scores([]).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("texts", [[], [""], ["", "?"]])
def test_an_index_of_nothing_answers(texts: list[str]) -> None:
    lexical = lexical_of(texts)
    assert lexical.scores(["rent"]).tolist() == [0.0] * len(texts)
    assert lexical.idf("rent") >= 0


def test_rarer_terms_tell_more_and_unseen_ones_most() -> None:
    lexical = lexical_of(TEXTS)
    assert lexical.idf("unseen") > lexical.idf("garden") > lexical.idf("rent") > 0
    assert lexical.texts_with("rent") == 2
    assert lexical.texts_with("unseen") == 0


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    lexical_of(TEXTS).scores(["rent"])
    assert capfd.readouterr() == ("", "")


def test_scores_are_those_of_bm25s() -> None:
    random = np.random.default_rng(5)
    words = [f"word{number}" for number in range(60)]
    texts = [" ".join(random.choice(words, random.integers(1, 50))) for _ in range(80)]
    theirs = bm25s.BM25(k1=K1, b=B, method="lucene")
    theirs.index([text.split() for text in texts], show_progress=False)
    ours = lexical_of(texts)
    for query in (["word1"], ["word2", "word3", "word59"]):
        assert np.allclose(ours.scores(query), theirs.get_scores(query), rtol=1e-5)


def test_a_text_may_come_in_pieces() -> None:
    vocabulary = Vocabulary()
    pieces = [vocabulary.numbers(text) for text in ("rent due", "garden", "monthly rent")]
    together = Lexical(vocabulary, pieces, [0, 1, 0], 2)
    whole = lexical_of(["rent due monthly rent", "garden"])
    assert (
        together.scores(["rent", "garden"]).tolist() == whole.scores(["rent", "garden"]).tolist()
    )


def test_terms_that_are_new_to_the_vocabulary_later_score_nothing() -> None:
    vocabulary = Vocabulary()
    lexical = Lexical(vocabulary, [vocabulary.numbers("rent")], [0], 1)
    vocabulary.numbers("garden")
    assert lexical.scores(["garden"]).tolist() == [0]
    assert lexical.texts_with("garden") == 0
