"""From what is on this machine to the command: which vLLM, which weights, which GPUs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from docmind.errors import ConfigError, NoServer
from docmind.serving.command import Launch
from docmind.serving.install import CPU, CUDA, environment_folder
from docmind.serving.launching import means_of, prepare_on
from docmind.serving.machine import machine_of
from docmind.serving.model_facts import KNOWN
from docmind.settings import ServerSettings
from tests.unit.serving.models import make_model

LONG = 131_072
BEST, AWQ = KNOWN[0].name, KNOWN[1].name
GIB = 1024**3


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "hub"


def download(cache: Path, name: str, weights_bytes: int) -> Path:
    """A model in the cache of Hugging Face; its weights are a hole of that size."""
    repository = cache / f"models--{name.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc", encoding="ascii")
    folder = make_model(repository / "snapshots" / "abc")
    with (folder / "model.safetensors").open("r+b") as file:
        file.truncate(weights_bytes)
    return folder


def install(home: Path, requirement: str) -> None:
    folder = environment_folder(home)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    (folder / ".complete").write_text(requirement, encoding="utf-8")


def launched(
    home: Path, cache: Path, machine: str, need: int = 0, settings: ServerSettings | None = None
) -> Launch:
    environment = {"HF_HUB_CACHE": str(cache)}
    found = settings or ServerSettings()
    return prepare_on(machine_of(machine), home, found, environment, need)


def test_a_vllm_for_processors_is_planned_for_without_the_gpus(home: Path, cache: Path) -> None:
    download(cache, BEST, 15 * GIB)
    install(home, CPU.requirement)

    found = launched(home, cache, "2x24")

    assert found.command[0] == str(environment_folder(home) / "bin" / "python")
    assert "--gpu-memory-utilization" not in found.command
    assert "CUDA_VISIBLE_DEVICES" not in found.environment


def test_weights_that_are_here_are_served_although_others_would_hold_more(
    home: Path, cache: Path
) -> None:
    download(cache, BEST, int(14.2 * GIB))
    install(home, CUDA.requirement)

    found = launched(home, cache, "1x24", LONG)

    assert found.model == BEST
    assert 65_536 < found.window_tokens <= LONG


def test_where_the_weights_that_are_here_do_not_fit_the_ones_to_fetch_are_named(
    home: Path, cache: Path
) -> None:
    download(cache, BEST, int(14.2 * GIB))
    install(home, CUDA.requirement)

    with pytest.raises(NoServer, match=AWQ) as caught:
        launched(home, cache, "1x12")
    assert f"hf download {AWQ}" in caught.value.hint


def test_a_smaller_form_that_was_half_downloaded_is_no_obstacle(home: Path, cache: Path) -> None:
    download(cache, BEST, int(14.2 * GIB))
    (download(cache, AWQ, 5 * GIB) / "tokenizer.json").unlink()
    install(home, CUDA.requirement)

    assert launched(home, cache, "1x24").model == BEST


def test_a_folder_of_a_user_who_does_not_exist_is_told_as_one_that_is_not_there(
    home: Path, cache: Path
) -> None:
    with pytest.raises(NoServer, match="no folder ~nobody-here/model"):
        launched(home, cache, "1x24", settings=ServerSettings(model="~nobody-here/model"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ServerSettings(model=" "), "server.model is empty"),
        (ServerSettings(port=99_999), "ports end at 65535"),
    ],
)
def test_settings_that_no_server_can_have_are_refused(
    home: Path, cache: Path, settings: ServerSettings, words: str
) -> None:
    download(cache, BEST, GIB)

    with pytest.raises(ConfigError, match=words):
        launched(home, cache, "1x24", settings=settings)


def test_a_vllm_that_is_installed_beside_docmind_is_found_without_importing_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert means_of(home, ServerSettings()).python is None
    package = tmp_path / "vllm"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert means_of(home, ServerSettings()).python == Path(sys.executable)
