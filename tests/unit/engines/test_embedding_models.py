"""An embedding model can be set: by its folder, or by its name in a cache; nothing is fetched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from docmind.desk import Desk, Meaning
from docmind.engines.embedder import ProcessEmbedder
from docmind.engines.embedding_models import (
    PACKAGED,
    AbsentEmbedder,
    EmbeddingModel,
    embedding_model,
)
from docmind.errors import EngineError
from docmind.settings import Settings
from tests.fakes import FakeEmbedder
from tests.unit.engines.tiny_embedder import WIDTH, write_tiny_embedder
from tests.unit.test_desk import COUNTER, LEASE

MULTILINGUAL = "Qwen/Qwen3-Embedding-0.6B"


def test_where_none_is_set_it_is_the_one_that_comes_with_docmind() -> None:
    model = embedding_model("  ", {})

    assert model == EmbeddingModel(PACKAGED)
    assert model.packaged
    assert ProcessEmbedder().model == PACKAGED


def test_a_folder_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    folder = write_tiny_embedder(tmp_path / "tiny")
    first = embedding_model(str(folder), {})
    again = embedding_model(str(folder), {})
    weights = folder / "model.safetensors"
    os.utime(weights, (1, 1))

    assert first == again
    assert first.folder == folder
    assert not first.packaged
    assert embedding_model(str(folder), {}).key != first.key


@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"])
def test_a_name_is_looked_for_in_the_cache(tmp_path: Path, variable: str) -> None:
    inside = {"HF_HUB_CACHE": ".", "HF_HOME": "hub", "XDG_CACHE_HOME": "huggingface/hub"}
    repository = tmp_path / inside[variable] / "models--Qwen--Qwen3-Embedding-0.6B"
    folder = write_tiny_embedder(repository / "snapshots" / "abc123")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc123\n")

    assert embedding_model(MULTILINGUAL, {variable: str(tmp_path)}).folder == folder


def test_a_model_that_is_not_here_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is not on this machine") as caught:
        embedding_model(MULTILINGUAL, {"HF_HOME": str(tmp_path)})

    assert f"hf download {MULTILINGUAL}" in caught.value.hint


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="has no embedding model"):
        embedding_model(str(tmp_path), {})


@pytest.mark.parametrize("wanted", ["~nobody-of-this-name/model", "x" * 300, "a\0b"])
def test_what_can_be_no_folder_is_a_model_that_is_not_here(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(EngineError, match="is not on this machine"):
        embedding_model(wanted, {"HF_HOME": str(tmp_path)})


def test_a_model_of_which_a_part_is_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = write_tiny_embedder(tmp_path / "tiny")
    (folder / "more.safetensors").symlink_to(tmp_path / "gone")

    with pytest.raises(EngineError, match=r"is not whole: .*more\.safetensors"):
        embedding_model(str(folder), {})


def test_a_set_model_embeds_every_script_and_is_told_what_is_a_question(tmp_path: Path) -> None:
    folder = write_tiny_embedder(tmp_path / "tiny", query_prompt="query: ")
    model = embedding_model(str(folder), {})
    embedder = ProcessEmbedder(model=model)
    texts = ["租金是多少", "the rent", "每月付"]
    vectors = embedder.embed(texts)
    as_question = embedder.embed_query("the rent")
    embedder.close()

    assert vectors.shape == (3, WIDTH)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert all(map(embedder.reads, texts))
    assert not np.allclose(as_question, vectors[1], atol=0.01)
    assert embedder.model == model.key


def test_a_model_that_cannot_be_loaded_is_an_error_that_names_it(tmp_path: Path) -> None:
    model = EmbeddingModel("key", "some/model", tmp_path)
    embedder = ProcessEmbedder([sys.executable, "-c", "import sys; sys.exit('damaged')"], model)

    with pytest.raises(EngineError, match=r"damaged \(model: some/model\)") as caught:
        embedder.embed_query("text")
    embedder.close()
    assert "retrieval.embedding_model" in caught.value.hint


def test_where_a_set_model_is_absent_words_rank_and_a_warning_says_so() -> None:
    absent = AbsentEmbedder("some/model", EngineError("It is not here.", "Fetch it."))
    desk = Desk(Settings(), COUNTER, Meaning(absent, insists=True))
    desk.add(LEASE)

    assert not desk.wait_for_vectors(30)
    assert desk.search("roof", limit=1)[0].passage.page == 2
    assert desk.vectors_fault == "Words alone rank. It is not here. Fetch it."


def test_that_our_own_model_failed_is_left_to_doctor() -> None:
    embedder = FakeEmbedder()
    embedder.close()
    desk = Desk(Settings(), COUNTER, Meaning(embedder))
    desk.add(LEASE)
    desk.wait_for_vectors(30)

    assert desk.vectors_fault == ""
