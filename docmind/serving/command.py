"""The command that starts vLLM, from the settings and the plan; pure, so that it can be shown.

Two things that a reader would otherwise undo. YaRN is asked for together with a new
max_position_embeddings: with the recipe that is documented vLLM either refuses to start or starts
with the short window and YaRN on. And where to listen stands last, so that nothing before it can
open the server to other machines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from docmind.errors import NoServer
from docmind.serving.model_facts import YARN_FROM_TOKENS, ModelFacts
from docmind.serving.model_files import LARGEST_RANK, Adapter, missing_model
from docmind.serving.plan import ServingPlan
from docmind.serving.typed_words import typed_words
from docmind.settings import ModelSource, Profile, ServerSettings

OWN_MODULE = ("-m", "vllm.entrypoints.openai.api_server")
"""What the own environment's Python runs; `vllm serve` is not in every build."""

POLLED = ("/health", "/metrics", "/version", "/v1/models")
"""What docmind asks again and again; vLLM would write a line for each time into its log."""

_GIB = 1024**3
_RAM_FOR_DISK_GIB = 4.0
"""The RAM through which blocks go to disk, where none is set."""
_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, LARGEST_RANK)
_BLOCKS_PER_FILE = 16


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a server listens: the path of a Unix socket, or a loopback port."""

    uds: Path | None = None
    port: int = 0


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started. `environment` is added to the caller's own, and has no secrets.

    `model` is the name under which requests ask for it; `kv_folder` is where its cache goes on
    disk, None: nowhere.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str]
    model: str
    window_tokens: int
    profile: Profile
    listen: Listen
    kv_folder: Path | None = None

    @property
    def fingerprint(self) -> str:
        """The same for two launches exactly where they start the same server."""
        told = json.dumps(asdict(self), default=str, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Means:
    """What a home has for a server, beside the plan.

    `python` is the interpreter of vLLM's own environment, None: there is none; `kv_folder` the
    folder under which each profile keeps its cache.
    """

    listen: Listen
    python: Path | None
    kv_folder: Path
    adapters: Sequence[Adapter] = ()


def launch_of(settings: ServerSettings, plan: ServingPlan, means: Means) -> Launch:
    """How to start what is planned.

    Raises NoServer where the plan, the weights or vLLM are missing, ConfigError for arguments that
    docmind does not hand on.
    """
    if not plan.fits:
        raise NoServer(" ".join(plan.reasons), "Try: docmind serve plan")
    if plan.model.folder is None and settings.offline:
        raise missing_model(plan.model.name, settings.source)
    if means.python is None and not settings.command:
        raise NoServer(
            "vLLM is not installed here.",
            "Try: docmind serve install, or what starts your own in [server] command",
        )
    return draft_of(settings, plan, means)


def draft_of(settings: ServerSettings, plan: ServingPlan, means: Means) -> Launch:
    """As `launch_of`, to be shown rather than run: weights and vLLM may still be missing.

    Raises ConfigError for arguments that docmind does not hand on.
    """
    started, extra = _started(settings, means.python), typed_words("extra_arguments", settings)
    kept = means.kv_folder / _digest(plan, settings) if settings.kv_offload_disk_gib else None
    arguments = [
        *_model_arguments(settings, plan, positional=started[-1] == "serve"),
        *_window_arguments(settings, plan),
        *_memory_arguments(settings, plan),
        *_adapter_arguments(means.adapters),
        *_offload_arguments(settings, kept),
        *extra,
        *_listen_arguments(means.listen),
    ]
    return Launch(
        command=(*started, *arguments),
        environment=_environment(settings, plan),
        model=plan.model.name,
        window_tokens=plan.window_tokens,
        profile=plan.profile,
        listen=means.listen,
        kv_folder=kept,
    )


def _started(settings: ServerSettings, python: Path | None) -> list[str]:
    """What runs vLLM; by its usual name where nothing is installed yet."""
    if settings.command:
        return typed_words("command", settings)
    return [str(python), *OWN_MODULE] if python else ["vllm", "serve"]


def _model_arguments(
    settings: ServerSettings, plan: ServingPlan, *, positional: bool
) -> Iterator[str]:
    if not positional:
        yield "--model"
    yield str(plan.model.folder or plan.model.name)
    yield from ("--served-model-name", plan.model.name)
    yield from ("--generation-config", "vllm")
    if settings.quantization and settings.quantization != plan.model.quantization:
        yield from ("--quantization", settings.quantization)
    if plan.data_type != "auto":
        yield from ("--dtype", plan.data_type)
    yield "--enable-prompt-tokens-details"
    yield from (
        "--structured-outputs-config",
        _json(backend="xgrammar", disable_any_whitespace=True),
    )
    yield from ("--scheduling-policy", "priority")
    yield from ("--disable-access-log-for-endpoints", ",".join(POLLED))


def _window_arguments(settings: ServerSettings, plan: ServingPlan) -> Iterator[str]:
    yield from ("--max-model-len", str(plan.window_tokens))
    overrides = _overrides(plan)
    if overrides:
        yield from ("--hf-overrides", overrides)
    yield "--enable-prefix-caching" if settings.prefix_caching else "--no-enable-prefix-caching"


def _overrides(plan: ServingPlan) -> str:
    """What config.json has to say for this window; empty: what it says already."""
    theta = plan.model.rope_theta
    if plan.yarn_factor > 1:
        original = min(plan.model.native_window, YARN_FROM_TOKENS)
        rope = {
            "rope_type": "yarn",
            "factor": plan.yarn_factor,
            "original_max_position_embeddings": original,
            "rope_theta": theta,
        }
        reach = int(original * plan.yarn_factor)
        return _json(max_position_embeddings=reach, rope_parameters=rope)
    if plan.model.rope_stretched:
        plain = {"rope_type": "default", "rope_theta": theta}
        native = plan.model.native_window
        return _json(max_position_embeddings=native, rope_parameters=plain)
    return ""


def _memory_arguments(settings: ServerSettings, plan: ServingPlan) -> Iterator[str]:
    yield from ("--tensor-parallel-size", str(plan.tensor_parallel))
    if settings.kv_cache_type != "auto":
        yield from ("--kv-cache-dtype", settings.kv_cache_type)
    batched = plan.tuning.max_batched_tokens if plan.tuning else settings.max_batched_tokens
    if batched:
        yield from ("--max-num-batched-tokens", str(batched))
    if plan.tuning is None:
        return
    yield from ("--gpu-memory-utilization", f"{plan.tuning.gpu_share:g}")
    yield from ("--max-num-seqs", str(plan.tuning.max_sequences))
    if plan.tuning.enforce_eager:
        yield "--enforce-eager"


def _adapter_arguments(adapters: Sequence[Adapter]) -> Iterator[str]:
    if not adapters:
        return
    largest = max(adapter.rank for adapter in adapters)
    yield "--enable-lora"
    yield from ("--max-lora-rank", str(next(rank for rank in _RANKS if rank >= largest)))
    yield "--lora-modules"
    for adapter in adapters:
        yield _json(name=adapter.name, path=str(adapter.path))


def _offload_arguments(settings: ServerSettings, kept: Path | None) -> Iterator[str]:
    ram = settings.kv_offload_ram_gib
    if kept is None:
        if ram:
            yield from ("--kv-offloading-size", f"{ram:g}", "--kv-offloading-backend", "native")
        return
    extra = {
        "spec_name": "TieringOffloadingSpec",
        "cpu_bytes_to_use": int((ram or _RAM_FOR_DISK_GIB) * _GIB),
        "blocks_per_chunk": _BLOCKS_PER_FILE,
        "secondary_tiers": [
            {"type": "fs", "root_dir": str(kept), "n_read_threads": 16, "n_write_threads": 16}
        ],
    }
    yield "--kv-transfer-config"
    yield _json(
        kv_connector="OffloadingConnector",
        kv_role="kv_both",
        # A block that cannot be read is computed again; the default fails the request.
        kv_load_failure_policy="recompute",
        kv_connector_extra_config=extra,
    )


def _listen_arguments(listen: Listen) -> Iterator[str]:
    if listen.uds is not None:
        yield from ("--uds", str(listen.uds))
    else:
        yield from ("--host", "127.0.0.1", "--port", str(listen.port))


def _environment(settings: ServerSettings, plan: ServingPlan) -> dict[str, str]:
    found = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    # Or vLLM finds out its own address by a connection to one on the Internet.
    found["VLLM_HOST_IP"] = "127.0.0.1"
    if settings.offline:
        found["HF_HUB_OFFLINE"] = "1"
    elif settings.source is ModelSource.MODELSCOPE and plan.model.folder is None:
        found["VLLM_USE_MODELSCOPE"] = "true"
    if plan.visible_devices:
        found["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
        found["CUDA_VISIBLE_DEVICES"] = plan.visible_devices
    return found


def _digest(plan: ServingPlan, settings: ServerSettings) -> str:
    """Names the folder of a cache: whatever changes its content is in it.

    vLLM's own names know neither YaRN nor the revision of the weights: two profiles in one folder
    would read each other's cache, and answer nonsense.
    """
    model: ModelFacts = plan.model
    parts = (
        model.name,
        model.revision,
        settings.quantization or model.quantization,
        settings.kv_cache_type,
        plan.data_type,
        plan.tensor_parallel,
        plan.yarn_factor,
    )
    told = "\n".join(map(str, parts))
    return f"{plan.profile.value}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _json(**values: object) -> str:
    return json.dumps(values, separators=(",", ":"))
