"""What can be set: a frozen dataclass for each table of config.toml, a docstring per field.

`config.toml` beside the package shows every one of these with its default; a test holds the two
equal. Where the values come from is the business of `docmind.config`, not of this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


def _at_least(minimum: float, default: Any) -> Any:
    """A number that may be as small as `minimum`; without this, it must be above 0."""
    return field(default=default, metadata={"minimum": minimum})


class OcrMode(StrEnum):
    """When pages are read by OCR."""

    AUTO = "auto"
    OFF = "off"
    FORCE = "force"


class RetrievalArms(StrEnum):
    """Which retrievers rank the passages."""

    AUTO = "auto"
    LEXICAL = "lexical"
    HYBRID = "hybrid"


class ReadingMode(StrEnum):
    """How much of the documents a language model gets to read for an answer."""

    AUTO = "auto"
    WHOLE = "whole"
    EVERY_PART = "every-part"
    RETRIEVE = "retrieve"


class Profile(StrEnum):
    """Which window the managed server is started with."""

    AUTO = "auto"
    NATIVE = "native"
    LONG = "long"


class ModelSource(StrEnum):
    """Where a model that is named, not a path, is looked for."""

    HUGGING_FACE = "huggingface"
    MODELSCOPE = "modelscope"


class Language(StrEnum):
    """The language of docmind's own words in an answer."""

    AUTO = "auto"
    ENGLISH = "en"
    CHINESE = "zh"


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """[reading]: how files are parsed."""

    ocr: OcrMode = OcrMode.AUTO
    """auto: pages without text, where tesseract is installed; off: never; force: every page."""

    ocr_languages: str = "eng"
    """Tesseract's language codes, joined by +, such as "eng+chi_sim"."""

    ocr_dpi: int = 200
    """Resolution at which pages are rendered for OCR; 300 reads small print better but slower."""

    timeout_seconds: float = 60.0
    """How long the parser may be silent (no further page) before it is stopped."""

    memory_mib: int = 2048
    """Address space that the parser may take."""

    password_file: str = ""
    """File whose first line is the password for encrypted PDFs; empty: none."""


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """[retrieval]: how passages are ranked."""

    arms: RetrievalArms = RetrievalArms.AUTO
    """auto: BM25 at once, joined by dense vectors as soon as they are ready; lexical: BM25 alone;
    hybrid: wait for the vectors."""

    passages: int = 10
    """How many passages a search shows, unless -k says otherwise."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """[store]: where the library's vectors are."""

    url: str = ""
    """Address of a Chroma server, such as "http://127.0.0.1:8000"; empty: docmind's own folder."""


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """[answers]: what an answer looks like."""

    max_claims: int = 5
    """The most statements that the extractive engine makes."""

    language: Language = Language.AUTO
    """Language of docmind's own words in an answer: en, zh; auto: that of the question."""


@dataclass(frozen=True, slots=True)
class ContextSettings:
    """[context]: what a language model gets to read."""

    mode: ReadingMode = ReadingMode.AUTO
    """auto: the whole documents where they fit, else what the question needs; whole; every-part:
    all of it, so far only where it fits the window; retrieve: the pages that rank best."""

    whole_up_to_tokens: int = _at_least(0, 0)
    """Largest documents that are read whole, in tokens; 0: whatever fits the window."""

    retrieved_tokens: int = 56_000
    """How many tokens of whole pages are read where the documents do not fit."""

    evidence_tokens: int = _at_least(0, 3_000)
    """How many tokens of the best passages are recited before the question; 0: none."""

    history_tokens: int = _at_least(0, 8_000)
    """How many tokens of earlier questions and answers a question sees; 0: none."""

    prefill: bool = True
    """Whether the server reads the documents as soon as they are open, before any question."""


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """[generation]: how a language model writes."""

    max_output_tokens: int = 2_048
    """The longest answer; 8192 at most."""

    temperature: float = _at_least(0, 0.2)
    """0 takes the most probable word each time; 2 is the wildest."""

    top_p: float = 0.8
    """Words outside of this share of the probability are never taken."""

    role: str = ""
    """The role that answers, a table [roles.NAME]; empty: none."""


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

    window_tokens: int = _at_least(0, 0)
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

    window_tokens: int = _at_least(0, 0)
    """The window to serve; 0: what the profile and the memory allow, 131072 at most."""

    tensor_parallel: int = _at_least(0, 0)
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

    max_batched_tokens: int = _at_least(0, 0)
    """vLLM's --max-num-batched-tokens; 0: vLLM's own choice."""

    kv_offload_ram_gib: float = _at_least(0, 0)
    """GiB of RAM that keep what falls out of the GPU's cache; 0: none. CUDA only."""

    kv_offload_disk_gib: float = _at_least(0, 0)
    """GiB of disk that keep it between runs, oldest files pruned; 0: none. CUDA only."""

    port: int = _at_least(0, 0)
    """Loopback port to listen on, with an API key; 0: a Unix socket that only this user opens."""

    stall_seconds: float = 300.0
    """How long starting may make no progress before it is given up."""

    idle_minutes: float = _at_least(0, 30)
    """When a server that docmind started on its own, and nobody uses, ends; 0: never."""

    extra_arguments: str = ""
    """Further arguments for the server, as one would type them."""

    adapters: tuple[AdapterSettings, ...] = ()
    """LoRA adapters that are served beside the model."""


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """[roles]: who answers, where --role or [generation] role names it."""

    instructions: str = ""
    """What the model is told of how to answer, after the documents."""


def _roles() -> dict[str, RoleSettings]:
    """The roles that are there without any configuration."""
    return {
        "lawyer": RoleSettings(
            "Answer as an experienced lawyer who reads contracts. Keep to the exact words where "
            "they matter, and say who owes what to whom, by when, on what conditions and with "
            "which exceptions. Where the text is silent or can be read in two ways, say so "
            "instead of filling the gap."
        ),
        "analyst": RoleSettings(
            "Answer as a business analyst. Begin with the conclusion, then give the figures that "
            "carry it, each with its unit, its period and what it is compared with. Keep apart "
            "what the document reports, what it forecasts and what it only claims."
        ),
        "researcher": RoleSettings(
            "Answer as a careful researcher. Say what was done, on how much data, what was found "
            "and how sure it is, and name the limits that the authors name themselves. Keep "
            "apart results, interpretation and speculation."
        ),
        "engineer": RoleSettings(
            "Answer as a senior software engineer. Be precise about names, types, versions, units "
            "and limits, and give steps in the order in which they are to be taken. Say what can "
            "fail, and what the document leaves to the reader."
        ),
    }


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """[interface]: the terminal."""

    theme: str = ""
    """A Textual theme; empty: its default, or an ANSI theme where NO_COLOR is set."""

    animations: bool = False
    """Whether scrolling is animated; costs much over SSH."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    reading: ReadingSettings = field(default_factory=ReadingSettings)
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    context: ContextSettings = field(default_factory=ContextSettings)
    generation: GenerationSettings = field(default_factory=GenerationSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    interface: InterfaceSettings = field(default_factory=InterfaceSettings)
    roles: Mapping[str, RoleSettings] = field(default_factory=_roles)
