"""The ways in which a machine could serve a model, the best first.

What the question needs comes first; then weights that are on this machine, then a setting that
leaves room, then the better weights, then fewer GPUs. Weights in 4 bits come before squeezing
those in 16, because a server that fills a GPU to the brim fails when anything else draws there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docmind.errors import ConfigError
from docmind.serving.machine import Gpu, Machine
from docmind.serving.memory import Memory, Tuning, divided, fitted_share
from docmind.serving.model_facts import LONGEST_WINDOW_TOKENS, YARN_FROM_TOKENS, ModelFacts
from docmind.settings import Profile, ServerSettings

SMALLEST_WINDOW_TOKENS = 4_096
"""With less there is no room for a passage, a question and an answer."""

_STEP_TOKENS = 1_024
_TENSOR_PARALLEL = (1, 2, 4, 8)
_DEFAULT_SHARE = ServerSettings().gpu_memory_share
_SEQUENCES = 32


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to serve, and what it comes to. `level` 0 leaves the most room, 2 the least."""

    model: ModelFacts
    gpus: tuple[Gpu, ...]
    tuning: Tuning
    level: int
    memory: Memory
    wanted_tokens: int

    @property
    def meets(self) -> bool:
        """Whether the window that is wanted fits."""
        return self.memory.fitting_tokens >= self.wanted_tokens

    @property
    def window_tokens(self) -> int:
        """The window that fits, at most the one that is wanted; 0: none that is of any use."""
        if self.meets:
            return self.wanted_tokens
        fitting = self.memory.fitting_tokens // _STEP_TOKENS * _STEP_TOKENS
        return fitting if fitting >= SMALLEST_WINDOW_TOKENS else 0

    @property
    def lacking_gib(self) -> float:
        """What each GPU lacks for the wanted window; 0: nothing."""
        return max(0.0, self.memory.cache_gib_of(self.wanted_tokens) - self.memory.cache_gib)


def wanted_window(facts: ModelFacts, settings: ServerSettings, need_tokens: int) -> int:
    """The window to serve if memory allows it; raises ConfigError for one that cannot be."""
    longest = min(facts.longest_window, LONGEST_WINDOW_TOKENS)
    native = min(facts.native_window, longest)
    most = native if settings.profile is Profile.NATIVE else longest
    if settings.window_tokens:
        if settings.window_tokens > most:
            raise ConfigError(
                f"server.window_tokens is {settings.window_tokens:,}, and {facts.name} has at "
                f"most {most:,} with the profile {settings.profile.value}.",
                f'Try: window_tokens = 0, or profile = "long" for up to {longest:,}',
            )
        return settings.window_tokens
    if settings.profile is not Profile.AUTO:
        return most
    steps = (native, 2 * YARN_FROM_TOKENS, longest)
    return next((step for step in steps if native <= step and need_tokens <= step), longest)


def yarn_factor(facts: ModelFacts, window_tokens: int) -> float:
    """By how much the model has to be stretched for this window: 1 (not at all), 2 or 4."""
    if window_tokens <= facts.native_window:
        return 1.0
    return 2.0 if window_tokens <= 2 * YARN_FROM_TOKENS else 4.0


def tensor_parallel_sizes(facts: ModelFacts) -> tuple[int, ...]:
    """Over how many GPUs the model can be split: its heads must come out even."""
    return tuple(
        size
        for size in _TENSOR_PARALLEL
        if facts.heads % size == 0 and (facts.kv_heads % size == 0 or size % facts.kv_heads == 0)
    )


def ways(
    machine: Machine, candidates: Sequence[ModelFacts], settings: ServerSettings, need_tokens: int
) -> tuple[Attempt, ...]:
    """Every way to serve one of the candidates, the best first; empty without a GPU."""
    weighed: list[tuple[tuple[float, ...], Attempt]] = []
    for rank, facts in enumerate(candidates):
        wanted = wanted_window(facts, settings, need_tokens)
        for gpus in _groups(machine, facts, settings):
            for level, tuning in enumerate(_tunings(settings)):
                memory = divided(
                    gpus, facts, settings.kv_cache_type, tuning, adapters=bool(settings.adapters)
                )
                attempt = Attempt(facts, gpus, tuning, level, memory, wanted)
                weighed.append((_order(attempt, rank), attempt))
    weighed.sort(key=lambda each: each[0])
    return tuple(attempt for _, attempt in weighed)


def _order(attempt: Attempt, rank: int) -> tuple[float, ...]:
    """Smaller is better; see the head of this module."""
    absent = attempt.model.folder is None
    lacking = 0.0 if attempt.window_tokens else attempt.lacking_gib
    return (-attempt.window_tokens, lacking, absent, attempt.level, rank, len(attempt.gpus))


def _groups(
    machine: Machine, facts: ModelFacts, settings: ServerSettings
) -> Iterator[tuple[Gpu, ...]]:
    """The GPUs to take for each size that is allowed: those with the most memory to give."""
    sizes = tensor_parallel_sizes(facts)
    asked = settings.tensor_parallel
    if asked and asked not in sizes:
        raise ConfigError(
            f"server.tensor_parallel is {asked}, and {facts.name} cannot be split so: it has "
            f"{facts.heads} heads.",
            f"Known: {', '.join(map(str, sizes))}",
        )
    share = settings.gpu_memory_share
    roomy = sorted(
        machine.gpus, key=lambda gpu: gpu.total_gib * fitted_share(gpu, share), reverse=True
    )
    for size in sizes:
        if size <= len(roomy) and asked in (0, size):
            taken = roomy[:size]
            yield tuple(gpu for gpu in machine.gpus if gpu in taken)


def _tunings(settings: ServerSettings) -> Iterator[Tuning]:
    """As it is set; then what gains memory, where that share was not somebody's own choice."""
    share, batched = settings.gpu_memory_share, settings.max_batched_tokens
    yield Tuning(share, _SEQUENCES, batched)
    if share == _DEFAULT_SHARE:
        yield Tuning(0.96, _SEQUENCES, batched)
        yield Tuning(0.97, 8, batched or 1_024, enforce_eager=True)
