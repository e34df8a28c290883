"""What a supervisor is told to start, and how one is begun.

The order goes to it over stdin: a command line is everybody's to read, and here is the API key.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass

from docmind.children import environment_of_child
from docmind.errors import ServerNotStarted
from docmind.serving.processes import GRACE_SECONDS

BUSY = 75
"""A supervisor's exit code where another one has the lock."""

API_KEY_VARIABLE = "VLLM_API_KEY"
"""Where vLLM looks for the key that it is to want."""

_UPKEEP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Order:
    """What to start, and how long to wait for what. 0 of `idle_seconds`: it never ends unused.

    `environment` is the whole of it. `kv_folder` is empty where nothing is cached on disk.
    """

    id: str
    home: str
    argv: list[str]
    environment: dict[str, str]
    fingerprint: str
    wish: str
    model: str
    profile: str
    window_tokens: int
    uds: str
    port: int
    keep: bool
    stall_seconds: float
    idle_seconds: float
    api_key: str = ""
    kv_folder: str = ""
    kv_limit_bytes: int = 0
    grace_seconds: float = GRACE_SECONDS

    @property
    def upkeep_seconds(self) -> float:
        """How often a running server is looked after."""
        return min(_UPKEEP_SECONDS, self.idle_seconds / 4 or _UPKEEP_SECONDS)


def begin(order: Order) -> None:
    """Begin a supervisor, unless another one is there; raises ServerNotStarted."""
    done = subprocess.run(
        # -P: a json.py in the folder where the user stands must not be what gets imported.
        [sys.executable, "-P", "-m", "docmind.serving.supervisor"],
        input=json.dumps(asdict(order)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment_of_child(os.environ, {}),
        start_new_session=True,  # Ctrl-C is for us; what it ends we decide
        check=False,
    )
    if done.returncode not in (0, BUSY):
        said = done.stderr.strip().splitlines()
        raise ServerNotStarted(
            f"The server's supervisor ended: {said[-1] if said else done.returncode}."
        )
