"""A real vLLM on a Unix socket, started by hand: for the tests of this lane and the benchmarks.

Not by docmind, so that what is measured or tested with it does not depend on docmind's own
serving; what tests the server's life (test_server_life.py) starts its own.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

MODEL = "Qwen/Qwen2.5-7B-Instruct"
"""What the tiny model is served as, so that docmind takes it for the model that it knows."""

WINDOW_TOKENS = 131_072
START_SECONDS = 400

_COMPUTES = ("vllm:num_requests_running", "vllm:iteration_tokens_total_count")
_LOOK_SECONDS = 0.05
_LOOKS = 20
_SAME_LOOKS = 5
"""How often in a row nothing may have changed until it counts as stopped."""

_YARN = (
    '{"max_position_embeddings":131072,"rope_parameters":{"rope_type":"yarn","factor":4.0,'
    '"original_max_position_embeddings":32768,"rope_theta":1000000.0}}'
)


@dataclass(frozen=True, slots=True)
class RealServer:
    """A server that answers on a Unix socket."""

    uds: Path
    pid: int
    model: str = MODEL
    window_tokens: int = WINDOW_TOKENS

    def client(self) -> httpx2.Client:
        """Speaks to it without docmind's own code; the caller closes it."""
        transport = httpx2.HTTPTransport(uds=str(self.uds))
        return httpx2.Client(transport=transport, base_url="http://vllm", timeout=120)

    def metric(self, name: str) -> float:
        """The sum of a metric's samples, such as "vllm:num_requests_running"."""
        return self._metrics(name)[0]

    def _metrics(self, *names: str) -> list[float]:
        """The sums of several metrics at the same moment."""
        with self.client() as client:
            lines = client.get("/metrics").text.splitlines()
        return [
            sum(
                float(line.rpartition(" ")[2])
                for line in lines
                if line.startswith((name + "{", name + " "))
            )
            for name in names
        ]

    def finished(self) -> float:
        """How many requests have come to an end of their own; one that is aborted never does."""
        return self.metric("vllm:request_success_total")

    def stops_soon(self) -> bool:
        """Whether the engine computes nothing any more within a second's looks.

        The gauge of requests alone does not tell: it is set when something has been written, and
        vLLM counts no request as aborted that the client has left. What goes on counting is the
        engine's steps, hundreds a second while anything is written.

        Looks are counted and not seconds: vLLM's processes yield the processor in a loop while
        they wait for one another, and Linux 6.18 lets whoever shares it with them wait for as
        much as ten seconds, the server of these looks among them.
        """
        last, same = self._metrics(*_COMPUTES), 0
        for _ in range(_LOOKS):
            time.sleep(_LOOK_SECONDS)
            now = self._metrics(*_COMPUTES)
            same = same + 1 if now == last and not now[0] else 0
            if same == _SAME_LOOKS:
                return True
            last = now
        return False


def environment(python: Path) -> dict[str, str]:
    """The variables that a CPU server is started with, beside those that there are."""
    ours = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"}
    # What is compiled for this model is kept between runs, beside the environment.
    ours["VLLM_CACHE_ROOT"] = str(python.parent.parent / "vllm-cache")
    return ours


@contextmanager
def serving(python: Path, model: Path, folder: Path) -> Iterator[RealServer]:
    """A server with the long window, ready; its socket and its log lie in this folder."""
    uds, log = folder / "sock", folder / "log"
    command = [python, "-m", "vllm.entrypoints.openai.api_server", "--model", model]
    command += ["--served-model-name", MODEL, "--uds", uds, "--hf-overrides", _YARN]
    command += ["--max-model-len", str(WINDOW_TOKENS), "--enable-prompt-tokens-details"]
    command += ["--scheduling-policy", "priority", "--generation-config", "vllm"]
    command += ["--structured-outputs-config"]
    command += ['{"backend":"xgrammar","disable_any_whitespace":true}']
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment(python)},
            start_new_session=True,
        )
    try:
        _wait_until_healthy(process, uds, log)
        yield RealServer(uds, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], uds: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"vLLM ended with {process.returncode}:\n{log.read_text()[-4000:]}")
        if _listens(uds):
            with RealServer(uds, process.pid).client() as client:
                assert client.get("/health").status_code == 200
            return
        time.sleep(0.5)
    raise RuntimeError(f"vLLM was not ready in {START_SECONDS} s:\n{log.read_text()[-4000:]}")


def _listens(uds: Path) -> bool:
    """Whether somebody accepts connections; vLLM does so only when its model is loaded."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(uds))
        except OSError:
            return False
    return True
