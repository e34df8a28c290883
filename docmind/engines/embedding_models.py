"""Which model makes the vectors: the one that comes with docmind, or one that is set.

A model that is set is looked for on this machine and nowhere else, and known by what its files
are: vectors of other weights must not be compared with its own because a folder kept its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docmind.disk import expanded, is_file, is_folder
from docmind.errors import EngineError

if TYPE_CHECKING:
    from docmind.ports import Vectors

PACKAGED = "all-MiniLM-L6-v2/53aa5117"
"""Name and the first digits of the sha256 of the weights that come with docmind."""

_FILES = ("*.json", "*.safetensors", "*.bin", "*/*.json", "*/*.safetensors", "*/*.bin")


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model to embed with. `folder` is None for the one that comes with docmind.

    `key` names its weights, and `name` is what was set.
    """

    key: str = PACKAGED
    name: str = ""
    folder: Path | None = None

    @property
    def packaged(self) -> bool:
        """Whether it is the one that comes with docmind."""
        return not self.name


class AbsentEmbedder:
    """Implements `docmind.ports.Embedder` for a model that is not here: whoever asks is told."""

    ready = False

    def __init__(self, wanted: str, error: EngineError) -> None:
        self.model = f"{wanted}/absent"
        self._error = error

    def start(self) -> None:
        """There is nothing to start."""

    def reads(self, text: str) -> bool:
        """It would, so that whoever needs it hears that it is absent."""
        return bool(text.strip())

    def embed(self, texts: Sequence[str]) -> Vectors:  # noqa: ARG002 the port's
        """Raises the EngineError that says what is missing."""
        raise self._error

    def embed_query(self, query: str) -> Vectors:  # noqa: ARG002 the port's
        """Raises the EngineError that says what is missing."""
        raise self._error

    def close(self) -> None:
        """There is nothing to close."""


def embedding_model(wanted: str, environment: Mapping[str, str]) -> EmbeddingModel:
    """The model that is set: a folder, or a name in the cache of Hugging Face; empty: our own.

    Raises EngineError where it is not on this machine, or is no sentence-transformers model.
    """
    if not wanted.strip():
        return EmbeddingModel()
    folder = _folder(wanted.strip(), environment)
    if folder is None:
        raise EngineError(
            f"The embedding model {wanted} is not on this machine, and docmind downloads none.",
            f"Fetch it (hf download {wanted}), set retrieval.embedding_model to its folder, or"
            " leave it empty for the one that comes with docmind.",
        )
    if not is_file(folder / "modules.json") and not is_file(folder / "config.json"):
        raise EngineError(
            f"{folder} has no embedding model: neither modules.json nor config.json is there.",
            "Set retrieval.embedding_model to the folder that has them.",
        )
    try:
        fingerprint = _fingerprint(folder)
    except OSError as error:  # the cache has links, and what they lead to may be gone
        raise EngineError(
            f"The embedding model in {folder} is not whole: {error.strerror}: {error.filename}.",
            f"Fetch it again: hf download {wanted}",
        ) from error
    return EmbeddingModel(f"{wanted}/{fingerprint}", wanted, folder)


def _folder(wanted: str, environment: Mapping[str, str]) -> Path | None:
    """Where the model is; None where it is not here."""
    folder = expanded(wanted)
    if is_folder(folder):
        return folder.absolute()
    repository = _cache(environment) / f"models--{wanted.replace('/', '--')}"
    return next((each for each in _snapshots(repository) if is_folder(each)), None)


def _snapshots(repository: Path) -> Iterator[Path]:
    """The revision that "main" was when it was fetched."""
    try:
        revision = (repository / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):  # a name may be no path at all
        return
    if revision:
        yield repository / "snapshots" / revision


def _cache(environment: Mapping[str, str]) -> Path:
    """Where Hugging Face's library keeps what it has fetched."""
    if environment.get("HF_HUB_CACHE"):
        return expanded(environment["HF_HUB_CACHE"])
    home = environment.get("HF_HOME") or str(
        Path(environment.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    )
    return expanded(home) / "hub"


def _fingerprint(folder: Path) -> str:
    """Names what the files are, by sizes and times: reading gigabytes would take too long."""
    digest = hashlib.sha256()
    for file in sorted({each for pattern in _FILES for each in folder.glob(pattern)}):
        status = file.stat()
        digest.update(
            f"{file.relative_to(folder)} {status.st_size} {status.st_mtime_ns}\n".encode()
        )
    return digest.hexdigest()[:12]
