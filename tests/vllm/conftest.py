"""A real vLLM with a tiny model; DOCMIND_VLLM_PYTHON names the interpreter that has it.

One server is started for the whole run, because starting takes a minute. DOCMIND_VLLM_SOCKET names
one that is running already, for those who try the same test again and again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.vllm.real_server import RealServer, environment, serving
from tests.vllm.tiny_model import make

# The home fixture of all tests hides DOCMIND_*, so these are read when the module is loaded.
_PYTHON = os.environ.get("DOCMIND_VLLM_PYTHON", "")
_SOCKET = os.environ.get("DOCMIND_VLLM_SOCKET", "")


@pytest.fixture(scope="session")
def vllm_python() -> Path:
    """The interpreter of the environment that has vLLM."""
    return Path(_PYTHON)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Qwen2 with random weights and the real tokenizer."""
    return make(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def server_environment(vllm_python: Path) -> Mapping[str, str]:
    """What a CPU server is started with beside its arguments."""
    return environment(vllm_python)


@pytest.fixture(scope="session")
def server(
    vllm_python: Path, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealServer]:
    """A server with the long window, ready."""
    if _SOCKET:
        yield RealServer(Path(_SOCKET), pid=0)
        return
    with serving(vllm_python, tiny_model, tmp_path_factory.mktemp("server")) as running:
        yield running
