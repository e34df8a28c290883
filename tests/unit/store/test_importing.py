"""Chroma works the same whatever file `.env` there is where the user stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
from pathlib import Path

import numpy as np

from docmind.store.chroma import ChromaVectors

vectors = np.eye(2, dtype=np.float32)
store = ChromaVectors(Path("store"))
store.put("docmind-one", ["a", "b"], vectors)
print(store.nearest("docmind-one", vectors[1], 1)[0][0])
store.close()

import chromadb

print(chromadb.config.Settings().chroma_server_host)
"""


@pytest.mark.parametrize(
    "content",
    [b"CHROMA_SERVER_HOST=stranger.example\nIS_PERSISTENT=nonsense\n", b"\xff\xfe\x00"],
    ids=["a host and no value", "no text"],
)
def test_a_strangers_env_file_is_not_read(content: bytes, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(content)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.split(), done.returncode) == (["b", "None"], 0), done.stderr
