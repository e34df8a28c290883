"""How a GPU's memory is divided: weights, what computing needs, and the cache that is the window.

Weights and cache are computed; what computing needs is an estimate (vLLM measures it when it
starts), on the large side, so that a window that is promised here starts there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docmind.serving.machine import Gpu
from docmind.serving.model_facts import ModelFacts

GIB = 1024**3

_CONTEXT_GIB = 0.5
"""CUDA's context, the libraries' workspaces, fragments."""
_GRAPHS_GIB = 0.5
"""Captured CUDA graphs and what compiled code keeps."""
_ADAPTERS_GIB = 0.3
_LARGE_GPU_GIB = 70.0
"""From here on vLLM reads more tokens in one step, unless it is told otherwise."""
_BATCHED_TOKENS = 2_048
_BATCHED_TOKENS_LARGE = 8_192
_LOGIT_BYTES = 12
"""For each word of the vocabulary and sequence: scores in 32 bits, and two copies to sample."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What of vLLM's settings costs memory; `max_batched_tokens` 0: its own choice."""

    gpu_share: float
    max_sequences: int
    max_batched_tokens: int
    enforce_eager: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """One GPU of those that share the model, the smallest, in GiB; `cache_gib` may be negative.

    `fitting_tokens` is how many tokens the cache holds, over all requests at once.
    """

    total_gib: float
    usable_gib: float
    weights_gib: float
    computing_gib: float
    cache_gib: float
    bytes_per_token: float

    @property
    def fitting_tokens(self) -> int:
        """How many tokens the cache holds; 0 where not even the weights fit."""
        return max(0, int(self.cache_gib * GIB / self.bytes_per_token))

    def cache_gib_of(self, tokens: int) -> float:
        """What so many tokens take on this GPU."""
        return tokens * self.bytes_per_token / GIB


def divided(
    gpus: Sequence[Gpu], facts: ModelFacts, kv_type: str, tuning: Tuning, *, adapters: bool
) -> Memory:
    """How the memory of these GPUs is divided when they share the model."""
    ranks = len(gpus)
    smallest = min(gpus, key=lambda gpu: gpu.total_gib * fitted_share(gpu, tuning.gpu_share))
    usable = smallest.total_gib * fitted_share(smallest, tuning.gpu_share)
    weights = facts.weight_bytes / ranks / GIB
    computing = _computing_gib(facts, tuning, smallest.total_gib, ranks)
    computing += _ADAPTERS_GIB if adapters else 0.0
    # With more GPUs than key-value heads each head is there more than once.
    per_token = facts.kv_bytes_per_token(kv_type) / min(ranks, facts.kv_heads)
    return Memory(
        total_gib=smallest.total_gib,
        usable_gib=usable,
        weights_gib=weights,
        computing_gib=computing,
        cache_gib=usable - weights - computing,
        bytes_per_token=per_token,
    )


def fitted_share(gpu: Gpu, share: float) -> float:
    """The share, or less where others hold a part: vLLM does not start with more than is free."""
    free = int(100 * gpu.free_gib / gpu.total_gib) / 100 if gpu.total_gib > 0 else 0.0
    return min(share, free)


def _computing_gib(facts: ModelFacts, tuning: Tuning, total_gib: float, ranks: int) -> float:
    large = total_gib >= _LARGE_GPU_GIB
    batched = tuning.max_batched_tokens or (_BATCHED_TOKENS_LARGE if large else _BATCHED_TOKENS)
    # Gate and up of the widest layer in 16 bits, split over the GPUs; six copies of the rest.
    step = batched * (4 * facts.intermediate / ranks + 12 * facts.hidden)
    logits = tuning.max_sequences * facts.vocabulary * _LOGIT_BYTES
    graphs = 0.0 if tuning.enforce_eager else _GRAPHS_GIB
    return _CONTEXT_GIB + graphs + (step + logits) / GIB
