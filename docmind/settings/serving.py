"""Which engine answers, and how docmind serves one of its own."""

from __future__ import annotations

from dataclasses import dataclass

from docmind.settings.bounds import at_least
from docmind.settings.choices import ModelSource, Profile


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """[engine]: what writes the answers."""

    name: str = "auto"
    """auto: a server that is configured or managed where it is healthy, else extractive;
    extractive; vllm: the managed server; openai: the server at base_url."""

    base_url: str = ""
    """Address of an OpenAI-compatible server, such as "http://127.0.0.1:8000/v1"; empty: none."""

    model: str = ""
    """The model that this server is asked for; empty: the first that it lists."""

    api_key_file: str = ""
    """File whose first line is the server's API key; empty: none."""

    window_tokens: int = at_least(0, 0)
    """The server's window, where it does not tell; 0: ask it."""

    timeout_seconds: float = 600.0
    """How long the server may be silent before it is given up."""


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """[[server.adapters]]: a LoRA adapter that the server offers beside its model."""

    name: str = ""
    """What a request asks for it by, as --model does."""

    path: str = ""
    """The folder that has adapter_config.json and the adapter's weights."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """[server]: the vLLM server that docmind manages."""

    command: str = ""
    """What starts vLLM, such as "vllm serve" or "python -m vllm.entrypoints.openai.api_server";
    empty: the environment that `docmind serve install` made."""

    model: str = "Qwen/Qwen2.5-7B-Instruct"
    """A folder with the weights, or the name of a model that is in the source's cache."""

    source: ModelSource = ModelSource.HUGGING_FACE
    """Where a named model is looked for: huggingface, modelscope."""

    offline: bool = True
    """Whether the server may fetch nothing from the network."""

    profile: Profile = Profile.AUTO
    """native: the model's own window; long: stretched by YaRN; auto: what the opened documents
    need."""

    window_tokens: int = at_least(0, 0)
    """The window to serve; 0: what the profile and the memory allow, 131072 at most."""

    tensor_parallel: int = at_least(0, 0)
    """Over how many GPUs the model is split (1, 2, 4); 0: what the plan says."""

    quantization: str = ""
    """vLLM's --quantization (awq, gptq, …); empty: what the weights are in."""

    kv_cache_type: str = "auto"
    """vLLM's --kv-cache-dtype. fp8 with default scales makes Qwen2.5 write nonsense."""

    gpu_memory_share: float = 0.92
    """Share of each GPU's memory that the server may take."""

    prefix_caching: bool = True
    """Whether what two requests begin with is computed once; without it every question costs as
    much as the first."""

    max_batched_tokens: int = at_least(0, 0)
    """vLLM's --max-num-batched-tokens; 0: vLLM's own choice."""

    kv_offload_ram_gib: float = at_least(0, 0)
    """GiB of RAM that keep what falls out of the GPU's cache; 0: none. CUDA only."""

    kv_offload_disk_gib: float = at_least(0, 0)
    """GiB of disk that keep it between runs, oldest files pruned; 0: none. CUDA only."""

    port: int = at_least(0, 0)
    """Loopback port to listen on, with an API key; 0: a Unix socket that only this user opens."""

    stall_seconds: float = 300.0
    """How long starting may make no progress before it is given up."""

    idle_minutes: float = at_least(0, 30)
    """When a server that docmind started on its own, and nobody uses, ends; 0: never."""

    extra_arguments: str = ""
    """Further arguments for the server, as one would type them."""

    base_urls: tuple[str, ...] = ()
    """Addresses of servers that share the work of a batch, all with the same model; none: the one
    server that answers questions."""

    batch_documents: int = at_least(0, 0)
    """How many documents of a batch a server has under way at once; 0: 16 with vLLM, else 4."""

    adapters: tuple[AdapterSettings, ...] = ()
    """LoRA adapters that are served beside the model."""
