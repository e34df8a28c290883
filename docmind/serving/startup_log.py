"""What the lines that a starting vLLM prints say: how far it is, or why it fails. Pure.

The texts are vLLM's own (0.30 to 0.33) and change with its versions. So nothing here decides
whether the server runs, which only its /health does; a line that is no longer known costs a word
of explanation, never a start.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

PREFIX = re.compile(r"^(?:\([^()]*pid=\d+\)\s*)?(?:[A-Z]+ [\d:\- .]+\[[^\]]*\]\s?)?")
"""What vLLM writes before a message: (EngineCore pid=7) INFO 11-21 05:43:22 [core.py:133]."""

_NUMBERS = re.compile(r"[\d.,:]+")
_SHARE = re.compile(r"(\d+)%")
_SHARDS = re.compile(r"Loading .*checkpoint shards:.*?(\d+)/(\d+)")
_CACHE = re.compile(r"(?:GPU|CPU) KV cache size: ([\d,]+) tokens")
_EXCEPTION = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Failure))\b:?\s*(.*)")
_POINTERS = ("see root cause above", "engine core initialization failed", "see stack trace")
"""Last errors that only point at the one before."""


class StartPhase(StrEnum):
    """What a starting server is at, in words for a person."""

    STARTING = "starting vLLM"
    LOADING = "loading the weights"
    COMPILING = "compiling"
    ALLOCATING = "allocating the cache"
    CAPTURING = "capturing graphs"
    OPENING = "opening the server"


_BEGINNINGS: tuple[tuple[str, StartPhase], ...] = (
    ("Starting to load model", StartPhase.LOADING),
    ("Loading weights took", StartPhase.LOADING),
    ("Model loading took", StartPhase.COMPILING),
    ("Warming up model for the compilation", StartPhase.COMPILING),
    ("Starting torch.compile", StartPhase.COMPILING),
    ("Dynamo bytecode transform time", StartPhase.COMPILING),
    ("Compiling a graph", StartPhase.COMPILING),
    ("torch.compile takes", StartPhase.ALLOCATING),
    ("Available KV cache memory", StartPhase.ALLOCATING),
    ("init engine (profile", StartPhase.OPENING),
    ("Supported tasks", StartPhase.OPENING),
    ("Starting vLLM", StartPhase.OPENING),
)


class StartupLog:
    """Reads the log of a starting server, line by line, and remembers how far it is.

    `progress` is the share of the present phase that is done, None where the log does not tell.
    """

    def __init__(self) -> None:
        self.phase = StartPhase.STARTING
        self.progress: float | None = None
        self.kv_cache_tokens: int | None = None
        self._seen: dict[str, str] = {}

    def feed(self, line: str) -> bool:
        """Take a line; says whether it is progress.

        A line that differs from an earlier one by its numbers alone is none, or a server that
        only tells how long it waits would never stall; a percentage that moves is.
        """
        before = (self.phase, self.progress)
        message = PREFIX.sub("", line).strip()
        self._learn(message)
        kind = _NUMBERS.sub("#", message)
        share = "".join(_SHARE.findall(message))
        new = bool(kind) and self._seen.get(kind) != share
        self._seen[kind] = share
        return new or before != (self.phase, self.progress)

    def _learn(self, message: str) -> None:
        if shards := _SHARDS.search(message):
            self._enter(StartPhase.LOADING, int(shards[1]) / max(1, int(shards[2])))
        elif message.startswith("Capturing"):
            share = _SHARE.search(message)
            self._enter(StartPhase.CAPTURING, int(share[1]) / 100 if share else None)
        elif cache := _CACHE.search(message):
            self.kv_cache_tokens = int(cache[1].replace(",", ""))
            self._enter(StartPhase.ALLOCATING, None)
        else:
            for beginning, phase in _BEGINNINGS:
                if beginning in message:
                    self._enter(phase, None)

    def _enter(self, phase: StartPhase, progress: float | None) -> None:
        self.phase, self.progress = phase, progress


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a server did not start, or ended, and what to do about it."""

    message: str
    hint: str = ""


_RESTART = "then: docmind serve start"
_GIVE_MEMORY = (
    "Try: end what else uses the GPU (nvidia-smi names it), or set gpu_memory_share in [server] "
    f"of config.toml lower; {_RESTART}"
)

_CAUSES: tuple[tuple[str, str, str], ...] = (
    (
        r"max seq len \((\d+)\).*?estimated maximum model length is (\d+)",
        "A window of {0} tokens does not fit the memory that is left for the KV cache; {1} would.",
        "Try: window_tokens = {1} in [server] of config.toml, " + _RESTART,
    ),
    (
        r"max seq len \((\d+)\).*?KV cache is needed",
        "A window of {0} tokens does not fit the memory that is left for the KV cache.",
        "Try: docmind serve plan, which says what fits",
    ),
    (
        r"No available memory for the cache blocks",
        "The weights leave no memory for the KV cache.",
        "Try: docmind serve plan, which says what fits",
    ),
    (
        r"Free memory on device \S+ \(([\d.]+)/([\d.]+) GiB\).*?less than .*?\(([\d.]+),",
        "Only {0} of the GPU's {1} GiB are free, and the server is to take a share of {2}.",
        _GIVE_MEMORY,
    ),
    (
        r"(?:CUDA|HIP) out of memory|OutOfMemoryError|CUBLAS_STATUS_ALLOC_FAILED",
        "The GPU's memory is not enough.",
        "Try: docmind serve plan, which says what fits; or end what else uses the GPU",
    ),
    (
        r"Cannot allocate memory|MemoryError|DefaultCPUAllocator: (?:can't|not enough)",
        "This machine's memory is not enough.",
        "Try: docmind serve plan, which says what fits",
    ),
    (
        r"Errno 98|[Aa]ddress already in use|Port \d+ is already in use",
        "The port is in use by another program.",
        "Try: another port in [server] of config.toml, or 0 for a Unix socket",
    ),
    (
        r"operator torchvision::nms does not exist",
        "The server's environment has a torchvision that does not go with its torch.",
        "Try: docmind serve install, or remove torchvision from that environment",
    ),
    (
        r"No module named '?vllm'?(?![\w.])",
        "vLLM is not installed in the environment that [server] command names.",
        "Try: docmind serve install",
    ),
    (
        r"No package metadata was found for vllm",
        "This build of vLLM cannot be started by its own command.",
        'Try: command = "python -m vllm.entrypoints.openai.api_server" in [server] of config.toml',
    ),
    (
        r"max_model_len \((\d+)\) is greater than the derived max_model_len"
        r"[^(]*\(max_position_embeddings=(\d+)",
        "A window of {0} tokens is more than the model is made for ({1}).",
        'Try: profile = "long" in [server] of config.toml, which stretches it by YaRN',
    ),
    (
        r"Failed to infer device type|No CUDA GPUs are available|Found no NVIDIA driver"
        r"|libcuda\.so\S*: cannot open|CUDA driver version is insufficient|no CUDA-capable device",
        "vLLM finds no GPU that it could use.",
        "Try: docmind serve plan, which says what this machine can run",
    ),
    (
        r"[Cc]annot find any model weights|LocalEntryNotFoundError|outgoing traffic has been disab"
        r"|not a local folder and is not a valid model identifier|Invalid repository ID or local d"
        r"|does not appear to have (?:a|any) files? named|couldn't connect to 'https?://hugg"
        r"|No (?:such file or directory|safetensors).*?\.safetensors",
        "The model's weights are not here.",
        "Try: model = a folder with the weights, in [server] of config.toml",
    ),
    (
        r"error: unrecognized arguments: ([^\n]+)",
        "This vLLM does not know the argument {0}.",
        "Try: extra_arguments in [server] of config.toml without it, or another version of vLLM",
    ),
    (
        r"error: argument ([^\n]+)",
        "vLLM refuses an argument: {0}",
        "Try: extra_arguments in [server] of config.toml",
    ),
)
"""What a failure's text means, the most telling first: pattern, message, hint."""


def failure(lines: Iterable[str], *, returncode: int | None) -> Failure:
    """Why the server ended, from its last lines and its exit code (negative: a signal)."""
    messages = [PREFIX.sub("", line).rstrip() for line in lines]
    text = "\n".join(messages)
    for pattern, message, hint in _CAUSES:
        if found := re.search(pattern, text, re.DOTALL):
            groups = [_readable(group) for group in found.groups()]
            return Failure(message.format(*groups), hint.format(*found.groups()))
    if words := last_words(messages):
        return Failure(f"vLLM says: {words}", "Try: docmind serve logs")
    if "EngineDeadError" in text:
        return Failure("vLLM's engine has died.", "Try: docmind serve start")
    if returncode == -signal.SIGKILL:
        return Failure(
            "vLLM was killed, as the system does when memory runs out.",
            "Try: docmind serve plan, which says what fits",
        )
    how = f"with exit code {returncode}" if returncode is not None else "without a word"
    if returncode is not None and returncode < 0:
        how = f"by signal {-returncode}"
    return Failure(f"vLLM ended {how}.", "Try: docmind serve logs")


def last_words(messages: Iterable[str]) -> str:
    """The last error that says something, without its traceback; empty where there is none."""
    said = ""
    for line in messages:
        found = _EXCEPTION.match(PREFIX.sub("", line).strip())
        if found and found[2] and not any(each in found[0].lower() for each in _POINTERS):
            said = found[0].strip()
    return said if len(said) <= _LONGEST else said[:_LONGEST].rstrip() + "…"


_LONGEST = 300


def _readable(group: str) -> str:
    """A number with its thousands marked; anything else as it stands, on one line."""
    return f"{int(group):,}" if group.isdecimal() else group.strip()
