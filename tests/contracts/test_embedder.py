"""What every Embedder does, the real one and the fake."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from docmind.engines.embedder import ProcessEmbedder
from docmind.errors import EngineError
from docmind.ports import Embedder
from tests.fakes import FakeEmbedder


@pytest.fixture(scope="module", params=[FakeEmbedder, ProcessEmbedder])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    one: Embedder = request.param()
    yield one
    one.close()
    with pytest.raises(EngineError):
        one.embed(["after it was closed"])
    assert not one.ready


def test_every_text_gets_a_unit_vector(embedder: Embedder) -> None:
    vectors = embedder.embed(["a short text", "another one", "x" * 5000])
    assert vectors.shape[0] == 3
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert embedder.ready


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert len(embedder.embed([])) == 0


def test_rows_are_in_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = [f"{'very ' * (40 - number)}long sentence about item {number}" for number in range(40)]
    together = embedder.embed(texts)
    alone = np.concatenate([embedder.embed([text]) for text in texts[::13]])
    assert np.allclose(together[::13], alone, atol=0.02)


def test_related_texts_are_closer_than_others(embedder: Embedder) -> None:
    query, near, far = embedder.embed(
        [
            "When may the tenant end the lease?",
            "The tenant may end the lease with a notice of three months.",
            "Fold the egg whites into the batter and bake at 180 degrees.",
        ]
    )
    assert query @ near > query @ far + 0.2


def test_odd_texts_are_embedded_too(embedder: Embedder) -> None:
    vectors = embedder.embed(["", " \n", "\ud800 alone", "\0", "汉字"])
    assert np.isfinite(vectors).all()


def test_two_threads_get_their_own_answers(embedder: Embedder) -> None:
    texts = [f"text number {number}" for number in range(24)]
    expected = embedder.embed(texts)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda text: embedder.embed([text]), texts))
    assert np.allclose(np.concatenate(answers), expected, atol=0.02)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("An English sentence.", True),
        ("Der Vertrag läuft über fünf Jahre.", True),
        ("1,577.00 | 45%", True),
        ("这是一个中文句子。", False),
        ("これは日本語です", False),
        ("Договор расторгнут", False),
    ],
)
def test_only_latin_scripts_are_read(embedder: Embedder, text: str, known: bool) -> None:
    assert embedder.reads(text) is known


def test_the_model_is_named(embedder: Embedder) -> None:
    assert embedder.model
