"""What a model costs and can do, from its files or by heart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from docmind.errors import NoServer
from docmind.serving.model_facts import KNOWN, candidates, read_facts
from docmind.serving.model_files import ModelFolder
from docmind.settings import ServerSettings
from tests.unit.serving.models import make_model

NAME = "Qwen/Qwen2.5-7B-Instruct"


def facts_of(folder: Path) -> object:
    return read_facts(ModelFolder(NAME, folder, "abc"))


def test_a_token_of_the_model_takes_56_kib_of_cache() -> None:
    assert KNOWN[0].kv_bytes_per_token() == 57_344
    assert KNOWN[0].kv_bytes_per_token("fp8") == 28_672
    assert 28_672 < KNOWN[0].kv_bytes_per_token("int8_per_token_head") < 30_000
    assert 14_336 < KNOWN[0].kv_bytes_per_token("int4_per_token_head") < 16_000


def test_a_type_that_is_not_known_is_taken_for_16_bits() -> None:
    assert KNOWN[0].kv_bytes_per_token("something_new") == 57_344


def test_what_is_known_by_heart_is_what_the_files_say(tmp_path: Path) -> None:
    folder = make_model(tmp_path)
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": 15_231_233_024}}), encoding="utf-8"
    )

    assert facts_of(folder) == replace(KNOWN[0], folder=folder, revision="abc")


def test_without_an_index_the_files_are_weighed(tmp_path: Path) -> None:
    folder = make_model(tmp_path, weights_bytes=4321)

    assert read_facts(ModelFolder(NAME, folder, "")).weight_bytes == 4321


def test_quantized_weights_say_so(tmp_path: Path) -> None:
    folder = make_model(tmp_path, quantization_config={"quant_method": "awq", "bits": 4})

    assert read_facts(ModelFolder(NAME, folder, "")).form == "awq"


def test_the_base_of_the_rotation_is_found_in_both_places(tmp_path: Path) -> None:
    inside = {"rope_type": "default", "rope_theta": 5000000.0}
    folder = make_model(tmp_path, rope_theta=None, rope_parameters=inside)

    assert read_facts(ModelFolder(NAME, folder, "")).rope_theta == 5_000_000


@pytest.mark.parametrize("spelled", ["type", "rope_type"])
def test_yarn_that_is_written_into_the_configuration_is_no_native_window(
    tmp_path: Path, spelled: str
) -> None:
    yarn = {spelled: "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}
    folder = make_model(tmp_path, rope_scaling=yarn, max_position_embeddings=131072)
    facts = read_facts(ModelFolder(NAME, folder, ""))

    assert (facts.native_window, facts.longest_window) == (32_768, 131_072)
    assert facts.rope_stretched


def test_only_families_that_yarn_was_made_for_are_stretched(tmp_path: Path) -> None:
    other = make_model(tmp_path / "other", model_type="llama", max_position_embeddings=8192)
    long = make_model(tmp_path / "long", model_type="qwen3", max_position_embeddings=262144)

    assert read_facts(ModelFolder("other", other, "")).longest_window == 8_192
    assert read_facts(ModelFolder("long", long, "")).longest_window == 262_144


@pytest.mark.parametrize("lost", ["num_attention_heads", "vocab_size", "max_position_embeddings"])
def test_a_configuration_of_something_else_is_refused(tmp_path: Path, lost: str) -> None:
    folder = make_model(tmp_path)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    del config[lost]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(NoServer, match="does not describe a language model"):
        facts_of(folder)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_configuration_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    folder = make_model(tmp_path)
    (folder / "config.json").write_text(text, encoding="utf-8")

    with pytest.raises(NoServer, match=r"config\.json"):
        facts_of(folder)


def test_the_default_model_is_offered_in_16_bits_and_in_4(tmp_path: Path) -> None:
    found = candidates(ServerSettings(), {"HOME": str(tmp_path)})

    assert [each.form for each in found] == ["bf16", "awq", "gptq"]
    assert all(each.folder is None for each in found)


def test_a_form_that_is_set_is_the_only_one(tmp_path: Path) -> None:
    found = candidates(ServerSettings(quantization="awq"), {"HOME": str(tmp_path)})

    assert [each.name for each in found] == [f"{NAME}-AWQ"]


def test_weights_that_are_here_are_told_from_those_that_are_not(tmp_path: Path) -> None:
    repository = tmp_path / "models--Qwen--Qwen2.5-7B-Instruct-AWQ"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc", encoding="utf-8")
    snapshot = make_model(repository / "snapshots" / "abc")

    found = candidates(ServerSettings(), {"HF_HUB_CACHE": str(tmp_path)})

    assert [each.folder for each in found] == [None, snapshot, None]


def test_a_folder_is_offered_as_it_is(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "mine")

    (facts,) = candidates(ServerSettings(model=str(folder)), {})

    assert (facts.name, facts.folder) == ("mine", folder)


def test_nothing_is_known_of_other_models_before_they_are_here(tmp_path: Path) -> None:
    with pytest.raises(NoServer, match="not on this machine"):
        candidates(ServerSettings(model="Qwen/Qwen3-4B-Instruct-2507"), {"HOME": str(tmp_path)})
