"""What a plan says for itself: reasons and warnings, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docmind.serving.machine import Machine
from docmind.serving.memory import Tuning, fitted_share
from docmind.serving.model_facts import ModelFacts
from docmind.serving.ways import Attempt, tensor_parallel_sizes, yarn_factor
from docmind.settings import ServerSettings

OLDEST_CAPABILITY = (7, 5)
"""What vLLM's kernels are built for."""
BFLOAT16_CAPABILITY = (8, 0)

_CLEARLY_MORE = 1.2
"""Weights that take so many times as much keep more of what the model learned."""


def reasons_of(attempts: Sequence[Attempt], machine: Machine, need_tokens: int) -> tuple[str, ...]:
    """Why the first of these ways was taken, and how close the others come."""
    chosen = attempts[0]
    more = (
        f"{need_tokens:,} tokens are more than the {chosen.wanted_tokens:,} that can be served: "
        "of longer documents the pages that rank best are read.",
    )
    found = tuple(_reasons(chosen, attempts[1:], machine))
    return (*more, *found) if need_tokens > chosen.wanted_tokens else found


def _reasons(chosen: Attempt, others: Sequence[Attempt], machine: Machine) -> Iterator[str]:
    memory = chosen.memory
    if memory.cache_gib <= 0:
        yield (
            f"Not even the smallest weights ({chosen.model.form}, "
            f"{memory.weights_gib:.1f} GiB) and what computing needs fit into the "
            f"{memory.usable_gib:.1f} GiB of a GPU."
        )
        return
    yield (
        f"The weights ({chosen.model.form}) take {memory.weights_gib:.1f} GiB of each GPU's "
        f"{memory.usable_gib:.1f}, computing about {memory.computing_gib:.1f}; the "
        f"{memory.cache_gib:.1f} that remain hold {memory.fitting_tokens:,} tokens."
    )
    yield from _window_words(chosen)
    yield from _others(chosen, others)
    yield from _idle(chosen, machine)


def _window_words(chosen: Attempt) -> Iterator[str]:
    """What the window costs, and what it lacks."""
    factor = yarn_factor(chosen.model, chosen.window_tokens)
    if factor > 1:
        yield (
            f"{chosen.window_tokens:,} tokens are more than the {chosen.model.native_window:,} "
            f"that the model was trained for, so YaRN stretches it by {factor:g}."
        )
    if not chosen.meets:
        yield (
            f"{chosen.wanted_tokens:,} tokens lack {chosen.lacking_gib:.1f} GiB on each GPU: "
            f"{chosen.window_tokens:,} fit. (A cache in fp8 would hold twice as much, but breaks "
            "Qwen2.5.)"
        )
    if chosen.level:
        yield f"It only fits with {_spoken(chosen.tuning)}."


def _idle(chosen: Attempt, machine: Machine) -> Iterator[str]:
    """What GPUs that are left over could do."""
    idle = len(machine.gpus) - len(chosen.gpus)
    splits = [size for size in tensor_parallel_sizes(chosen.model) if size <= len(machine.gpus)]
    if idle and chosen.meets and splits[-1] > len(chosen.gpus):
        yield (
            f"{idle} of {len(machine.gpus)} GPUs stay free; [server] tensor_parallel = "
            f"{splits[-1]} would read long documents faster."
        )


def _others(chosen: Attempt, others: Sequence[Attempt]) -> Iterator[str]:
    """How close better weights come on the same GPUs."""
    better: dict[str, list[Attempt]] = {}
    for other in others:
        heavier = other.model.weight_bytes > _CLEARLY_MORE * chosen.model.weight_bytes
        if heavier and other.gpus == chosen.gpus:
            better.setdefault(other.model.name, []).append(other)
    for attempts in better.values():
        roomy, *tighter = sorted(attempts, key=lambda attempt: attempt.level)
        yield _closeness(roomy, tighter)


def _closeness(roomy: Attempt, tighter: Sequence[Attempt]) -> str:
    """How near one form comes: as it is set, and with everything that gains memory."""
    form = roomy.model.form
    best = next((each for each in tighter if each.meets), tighter[-1] if tighter else roomy)
    if best.memory.cache_gib <= 0:
        return f"The {form} weights alone do not fit."
    if roomy.memory.cache_gib <= 0 and not best.meets:
        return (
            f"The {form} weights leave {best.memory.fitting_tokens:,} tokens even with "
            f"{_spoken(best.tuning)}."
        )
    if roomy.meets:
        return f"The {form} weights would fit too, and have to be downloaded."
    words = f"With {form} weights {roomy.memory.fitting_tokens:,} tokens fit"
    if best is roomy:
        return f"{words}, {roomy.lacking_gib:.1f} GiB short."
    reached = f"all {best.wanted_tokens:,}" if best.meets else f"{best.memory.fitting_tokens:,}"
    return (
        f"{words} ({roomy.lacking_gib:.1f} GiB short), and {reached} with {_spoken(best.tuning)}."
    )


def _spoken(tuning: Tuning) -> str:
    words = f"gpu_memory_share = {tuning.gpu_share:g}"
    if tuning.enforce_eager:
        words += f", {tuning.max_batched_tokens:,} tokens a step and no CUDA graphs"
    return words


def warnings_of(
    chosen: Attempt | None, model: ModelFacts, settings: ServerSettings, machine: Machine
) -> tuple[str, ...]:
    """What could go wrong with what is set, or with these GPUs."""
    found = list(_settings_warnings(model, settings, machine))
    if chosen is not None:
        found += _gpu_warnings(chosen, settings)
    return tuple(found)


def _settings_warnings(
    model: ModelFacts, settings: ServerSettings, machine: Machine
) -> Iterator[str]:
    if settings.kv_cache_type.startswith("fp8") and "_per_token" not in settings.kv_cache_type:
        yield (
            f"kv_cache_type = {settings.kv_cache_type}: with vLLM's default scales Qwen2.5 writes "
            'nonsense. Try: "auto"'
        )
    if model.rope_stretched:
        yield (
            "The model's config.json asks for YaRN itself; docmind decides about that from the "
            "window, and overrides it."
        )
    offloaded = settings.kv_offload_ram_gib
    if offloaded > machine.shm_gib > 0 and machine.gpus:
        yield (
            f"kv_offload_ram_gib = {offloaded:g} is more than /dev/shm has "
            f"({machine.shm_gib:.1f} GiB), where vLLM keeps it."
        )
    if (offloaded or settings.kv_offload_disk_gib) and not machine.gpus:
        yield "KV offload needs CUDA; without it the server does not start."


def _gpu_warnings(chosen: Attempt, settings: ServerSettings) -> Iterator[str]:
    share = settings.gpu_memory_share
    for gpu in chosen.gpus:
        capability = gpu.compute_capability
        if capability is not None and capability < OLDEST_CAPABILITY:
            yield f"{gpu.name} (GPU {gpu.index}) is older than what vLLM runs on (7.5)."
        elif capability is not None and capability < BFLOAT16_CAPABILITY:
            yield f"{gpu.name} (GPU {gpu.index}) has no bfloat16; float16 is used instead."
        if fitted_share(gpu, share) < share:
            yield (
                f"GPU {gpu.index} has only {gpu.free_gib:.1f} of {gpu.total_gib:.1f} GiB free: "
                "something else uses it."
            )
    if chosen.level and chosen.window_tokens:
        yield "Little memory is left beside it: close what else draws on this GPU."
