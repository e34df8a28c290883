"""Where weights are found, and which models are refused with which advice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docmind.errors import NoServer
from docmind.serving.model_files import find_adapters, find_model, missing_model
from docmind.settings import AdapterSettings, ModelSource
from tests.unit.serving.models import make_model

NAME = "Qwen/Qwen2.5-7B-Instruct"
HUB, SCOPE = ModelSource.HUGGING_FACE, ModelSource.MODELSCOPE


def hub_model(hub: Path, revision: str = "abc123") -> Path:
    repository = hub / "models--Qwen--Qwen2.5-7B-Instruct"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(revision, encoding="utf-8")
    return make_model(repository / "snapshots" / revision)


@pytest.mark.parametrize(
    ("variable", "below"),
    [
        ("HF_HUB_CACHE", ""),
        ("HF_HOME", "hub"),
        ("XDG_CACHE_HOME", "huggingface/hub"),
        ("HOME", ".cache/huggingface/hub"),
    ],
)
def test_a_named_model_is_found_in_the_cache_of_hugging_face(
    tmp_path: Path, variable: str, below: str
) -> None:
    snapshot = hub_model(tmp_path / below)

    found = find_model(NAME, HUB, {variable: str(tmp_path)})

    assert found is not None
    assert (found.name, found.path, found.revision) == (NAME, snapshot, "abc123")


@pytest.mark.parametrize("below", ["hub/models", "models", "hub", ""])
@pytest.mark.parametrize("spelled", ["Qwen2.5-7B-Instruct", "Qwen2___5-7B-Instruct"])
def test_a_named_model_is_found_in_every_layout_of_modelscope(
    tmp_path: Path, below: str, spelled: str
) -> None:
    folder = make_model(tmp_path / below / "Qwen" / spelled)

    found = find_model(NAME, SCOPE, {"MODELSCOPE_CACHE": str(tmp_path)})

    assert found is not None
    assert found.path == folder
    assert found.name == NAME


def test_modelscope_has_a_cache_without_a_variable_too(tmp_path: Path) -> None:
    make_model(tmp_path / ".cache/modelscope/hub/models" / NAME)

    assert find_model(NAME, SCOPE, {"HOME": str(tmp_path)}) is not None
    assert find_model(NAME, HUB, {"HOME": str(tmp_path)}) is None


def test_a_folder_is_served_by_its_own_name_and_its_revision_follows_the_weights(
    tmp_path: Path,
) -> None:
    folder = make_model(tmp_path / "mine")
    first = find_model(str(folder), HUB, {})
    (folder / "model.safetensors").write_bytes(b"\1" * 1000)
    second = find_model(str(folder), HUB, {})

    assert first is not None
    assert second is not None
    assert (first.name, first.path) == ("mine", folder)
    assert first.revision != second.revision


def test_weights_that_are_not_here_come_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    assert find_model(NAME, HUB, {"HOME": str(tmp_path)}) is None
    assert f"hf download {NAME}" in missing_model(NAME, HUB).hint
    assert f"modelscope download --model {NAME}" in missing_model(NAME, SCOPE).hint


@pytest.mark.parametrize("name", ["/no/such/folder", "./model", "model"])
def test_a_folder_that_is_not_there_is_no_name(name: str) -> None:
    with pytest.raises(NoServer, match="no folder"):
        find_model(name, HUB, {})


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B-Instruct"),
        ("Qwen2.5-14B", "Qwen/Qwen2.5-14B-Instruct"),
        ("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-0.5B-Instruct"),
    ],
)
def test_a_base_model_is_refused_by_its_name_with_the_right_one(name: str, right: str) -> None:
    with pytest.raises(NoServer, match="base model") as caught:
        find_model(name, HUB, {})

    assert f'"{right}"' in caught.value.hint


def test_a_base_model_in_a_folder_with_another_name_is_refused_by_its_files(
    tmp_path: Path,
) -> None:
    by_its_end = make_model(tmp_path / "Instruct", eos_token_id=151643)
    without_template = make_model(tmp_path / "plain", template=False)

    with pytest.raises(NoServer, match="base model"):
        find_model(str(by_its_end), HUB, {})
    with pytest.raises(NoServer, match="no chat template"):
        find_model(str(without_template), HUB, {})


def test_a_template_in_a_file_of_its_own_counts(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "new", template=False)
    (folder / "chat_template.jinja").write_text("{{ messages }}", encoding="utf-8")

    assert find_model(str(folder), HUB, {}) is not None


def test_a_model_with_the_attention_that_vllm_has_removed_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "long", dual_chunk_attention_config={"chunk_size": 262144})

    with pytest.raises(NoServer, match="dual_chunk") as by_name:
        find_model("Qwen/Qwen2.5-7B-Instruct-1M", HUB, {})
    with pytest.raises(NoServer, match="removed") as by_files:
        find_model(str(folder), HUB, {})

    assert "copy" in by_name.value.hint
    assert "sparse_attention_config.json" in by_files.value.hint


@pytest.mark.parametrize("lost", ["config.json", "tokenizer.json", "model.safetensors"])
def test_what_a_broken_download_lacks_is_named(tmp_path: Path, lost: str) -> None:
    folder = make_model(tmp_path / "mine")
    (folder / lost).unlink()

    with pytest.raises(NoServer, match="not complete") as caught:
        find_model(str(folder), HUB, {})

    assert Path(lost).suffix in str(caught.value)


def test_a_part_of_the_weights_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "mine")
    parts = {"a": "model.safetensors", "b": "model-2.safetensors"}
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": parts}), encoding="utf-8")

    with pytest.raises(NoServer, match=r"model-2\.safetensors"):
        find_model(str(folder), HUB, {})


def test_adapters_are_read_with_their_rank(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text('{"r": 24}', encoding="utf-8")

    (adapter,) = find_adapters([AdapterSettings("law", str(tmp_path))])

    assert (adapter.name, adapter.path, adapter.rank) == ("law", tmp_path, 24)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"r": "x"}', '{"r": 4096}'])
def test_a_folder_that_is_no_adapter_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "adapter_config.json").write_text(text, encoding="utf-8")

    with pytest.raises(NoServer) as caught:
        find_adapters([AdapterSettings("law", str(tmp_path))])

    assert "law" in str(caught.value) + caught.value.hint
