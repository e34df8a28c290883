"""Where a model's weights are on this machine, and whether it is a model that can answer.

docmind downloads nothing: weights that are missing are an error with the command that fetches
them. A base model is refused, because it goes on writing instead of answering; one is told by its
name, and a folder by what its files say, since anybody can name a folder anything.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docmind.disk import expanded
from docmind.errors import ConfigError, NoServer
from docmind.settings import AdapterSettings, ModelSource, ServerSettings

_BASE = re.compile(r"(?:Qwen/)?(Qwen\d(?:\.\d)?-\d+(?:\.\d+)?B)", re.IGNORECASE)
"""A name of Qwen's that ends after its size: the base model."""
_END_OF_TEXT = 151_643
"""How Qwen2.5's base models end; those that answer end with 151645, <|im_end|>."""
_TOKENIZERS = ("tokenizer.json", "vocab.json", "tokenizer.model")
_HASHED_BYTES = 1 << 16

LARGEST_RANK = 512
"""The largest rank of an adapter that vLLM takes."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on this machine: the folder that has everything, and the name it is served by.

    `revision` changes when the weights do.
    """

    name: str
    path: Path
    revision: str


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter on this machine; `rank` is what it was trained with."""

    name: str
    path: Path
    rank: int


def find_model(
    name: str, source: ModelSource, environment: Mapping[str, str]
) -> ModelFolder | None:
    """The folder of a model that is a path or a name; None for a name that is not in the cache.

    Raises NoServer for a folder that lacks something, and for a model that cannot answer.
    """
    if not name.strip():
        raise ConfigError("server.model is empty.", f"Try: {ServerSettings().model}")
    _refuse_by_name(name)
    local = expanded(name)
    if local.is_dir():
        return _complete(local.name or name, local.absolute(), revision="")
    if _looks_like_path(name):
        raise NoServer(
            f"There is no folder {name} with a model.",
            "Try: the name of a model in [server] model, such as Qwen/Qwen2.5-7B-Instruct",
        )
    for folder, revision in _cached(name, source, environment):
        return _complete(name, folder, revision)
    return None


def download_command(name: str, source: ModelSource) -> str:
    """What to type to fetch a model."""
    if source is ModelSource.MODELSCOPE:
        return f"modelscope download --model {name}"
    return f"hf download {name}"


def missing_model(name: str, source: ModelSource) -> NoServer:
    """The error that says how to fetch a model."""
    return NoServer(
        f"The model {name} is not on this machine.",
        f"Try: {download_command(name, source)}, or the folder that has it in [server] model",
    )


def find_adapters(adapters: Iterable[AdapterSettings]) -> tuple[Adapter, ...]:
    """The adapters that are set, with their ranks; raises NoServer for one that is none."""
    return tuple(_adapter(each.name, expanded(each.path).absolute()) for each in adapters)


def _adapter(name: str, folder: Path) -> Adapter:
    file = folder / "adapter_config.json"
    try:
        rank = int(json.loads(file.read_text(encoding="utf-8"))["r"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoServer(
            f"{folder} is no LoRA adapter: {file.name} is missing or has no rank.",
            f"Correct the path of the adapter {name} in [[server.adapters]]",
        ) from error
    if not 1 <= rank <= LARGEST_RANK:
        raise NoServer(
            f"The adapter {name} has rank {rank}, and vLLM takes ranks up to {LARGEST_RANK}.",
            "Leave it out of [[server.adapters]]",
        )
    return Adapter(name, folder, rank)


def _refuse_by_name(name: str) -> None:
    base = _BASE.fullmatch(name)
    if base:
        raise NoServer(
            f"{name} is a base model: it goes on writing and does not answer questions.",
            f'Try: model = "Qwen/{base[1]}-Instruct" in [server]',
        )
    if re.search(r"Instruct-1M\b", name) and not expanded(name).is_dir():
        raise NoServer(
            f"vLLM cannot run {name} as it is published: its config.json asks for an attention "
            "that vLLM has removed (dual_chunk_attention_config).",
            "Try: Qwen/Qwen2.5-7B-Instruct, or a folder with a copy whose config.json lacks it",
        )


def _looks_like_path(name: str) -> bool:
    return name.startswith(("/", "~", ".")) or name.count("/") != 1


def _cached(
    name: str, source: ModelSource, environment: Mapping[str, str]
) -> Iterator[tuple[Path, str]]:
    """Folders in the source's cache that have this model, with their revisions."""
    if source is ModelSource.MODELSCOPE:
        for folder in _modelscope_folders(name, environment):
            if (folder / "config.json").is_file():
                yield folder, ""
        return
    repository = _hugging_face_cache(environment) / f"models--{name.replace('/', '--')}"
    reference = repository / "refs" / "main"
    if reference.is_file():
        revision = reference.read_text(encoding="utf-8").strip()
        if (repository / "snapshots" / revision).is_dir():
            yield repository / "snapshots" / revision, revision


def _hugging_face_cache(environment: Mapping[str, str]) -> Path:
    """As huggingface_hub finds it."""
    if environment.get("HF_HUB_CACHE"):
        return expanded(environment["HF_HUB_CACHE"])
    if environment.get("HF_HOME"):
        return expanded(environment["HF_HOME"]) / "hub"
    return _caches(environment) / "huggingface" / "hub"


def _modelscope_folders(name: str, environment: Mapping[str, str]) -> Iterator[Path]:
    """Where one of its versions could have put a model; some write ___ for the dots of a name."""
    own = environment.get("MODELSCOPE_CACHE")
    root = expanded(own) if own else _caches(environment) / "modelscope"
    owner, _, model = name.partition("/")
    for parent in ("hub/models", "models", "hub", "."):
        for spelled in (model, model.replace(".", "___")):
            yield root / parent / owner / spelled


def _caches(environment: Mapping[str, str]) -> Path:
    if environment.get("XDG_CACHE_HOME"):
        return expanded(environment["XDG_CACHE_HOME"])
    home = environment.get("HOME")
    return (Path(home) if home else Path.home()) / ".cache"


def _complete(name: str, folder: Path, revision: str) -> ModelFolder:
    """The folder, if it has all that a server needs; raises NoServer."""
    lacking = list(_lacking(folder))
    if lacking:
        raise NoServer(
            f"The model in {folder} is not complete: it lacks {', '.join(lacking)}.",
            "Download it again, or name another folder in [server] model",
        )
    config = _read(folder / "config.json")
    _refuse_by_files(folder, config)
    return ModelFolder(name, folder, revision or _digest(folder))


def _lacking(folder: Path) -> Iterator[str]:
    """What a complete folder would have; a download that was cut off leaves gaps."""
    if not (folder / "config.json").is_file():
        yield "config.json"
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        yield _TOKENIZERS[0]
    index = folder / "model.safetensors.index.json"
    weights: Sequence[str] = ()
    if index.is_file():
        files = _read(index).get("weight_map")
        weights = sorted(set(files.values())) if isinstance(files, dict) else ()
    elif not any(folder.glob("*.safetensors")):
        yield "*.safetensors"
    for name in weights:
        if not (folder / name).is_file():
            yield name


def _refuse_by_files(folder: Path, config: Mapping[str, Any]) -> None:
    if config.get("dual_chunk_attention_config"):
        raise NoServer(
            f"vLLM cannot run the model in {folder}: its config.json asks for an attention that "
            "vLLM has removed.",
            "Delete dual_chunk_attention_config from a copy of it, and "
            "sparse_attention_config.json beside it",
        )
    qwen2 = config.get("model_type") == "qwen2"
    if qwen2 and config.get("eos_token_id") == _END_OF_TEXT:
        raise NoServer(
            f"The model in {folder} is a base model (it ends with <|endoftext|>, not with "
            "<|im_end|>): it goes on writing and does not answer questions.",
            "Try: the weights whose name ends with -Instruct",
        )
    template = _read(folder / "tokenizer_config.json").get("chat_template")
    if not template and not (folder / "chat_template.jinja").is_file():
        raise NoServer(
            f"The model in {folder} has no chat template, so it cannot be asked questions.",
            "Try: the weights whose name ends with -Instruct or -Chat",
        )


def _read(file: Path) -> Mapping[str, Any]:
    """A table of JSON; empty where there is none."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _digest(folder: Path) -> str:
    """Changes when the configuration or the weights do, as far as sizes, times and heads tell."""
    digest = hashlib.sha256((folder / "config.json").read_bytes())
    for file in sorted(folder.glob("*.safetensors")):
        digest.update(f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}".encode())
        with file.open("rb") as opened:
            digest.update(opened.read(_HASHED_BYTES))
    return digest.hexdigest()[:16]
