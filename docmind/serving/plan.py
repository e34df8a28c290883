"""Which form of the model, with which window, on how many GPUs: the decision, and why.

Pure: the machine and the model's files are read elsewhere. Every way that was weighed stays in the
plan, so that it can say how close the others come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docmind.serving.machine import Machine, machine_of
from docmind.serving.memory import Memory, Tuning, fitted_share
from docmind.serving.model_facts import ModelFacts
from docmind.serving.plan_words import (
    BFLOAT16_CAPABILITY,
    OLDEST_CAPABILITY,
    reasons_of,
    warnings_of,
)
from docmind.serving.ways import Attempt, wanted_window, ways, yarn_factor
from docmind.settings import Profile, ServerSettings

_SIZES_GIB = (8, 12, 16, 24, 32, 48, 80, 141)


@dataclass(frozen=True, slots=True)
class ServingPlan:
    """What to serve, and why. `fits` is false where this machine cannot serve the model.

    `tuning` and `memory` are None where there is no GPU that docmind could measure: a command of
    the user's own serves whatever it can. `visible_devices` is meant for CUDA_VISIBLE_DEVICES;
    empty: as they are. `attempts` are all the ways that were weighed, the chosen one first.
    """

    fits: bool
    model: ModelFacts
    profile: Profile
    yarn_factor: float
    window_tokens: int
    wanted_tokens: int
    tensor_parallel: int
    tuning: Tuning | None = None
    data_type: str = "auto"
    visible_devices: str = ""
    memory: Memory | None = None
    attempts: tuple[Attempt, ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def plan(
    machine: Machine,
    candidates: Sequence[ModelFacts],
    settings: ServerSettings,
    need_tokens: int,
) -> ServingPlan:
    """The best way to serve `need_tokens` (0: the profile's smallest window) on this machine.

    `candidates` are forms of one model, the best first. Raises ConfigError for settings that
    contradict each other or the model.
    """
    attempts = ways(machine, candidates, settings, need_tokens)
    if not attempts:
        return _unmeasured(machine, candidates, settings, need_tokens)
    chosen = attempts[0]
    old = any(
        gpu.compute_capability is not None and gpu.compute_capability < OLDEST_CAPABILITY
        for gpu in chosen.gpus
    )
    made = _planned(chosen, machine)
    reasons = reasons_of(attempts, machine, need_tokens)
    fits = chosen.window_tokens > 0 and not old
    if not fits:
        reasons = (*reasons, what_would(candidates, settings, need_tokens))
    return replace(
        made,
        fits=fits,
        attempts=attempts,
        reasons=reasons,
        warnings=warnings_of(chosen, chosen.model, settings, machine),
    )


def what_would(
    candidates: Sequence[ModelFacts], settings: ServerSettings, need_tokens: int
) -> str:
    """The smallest GPU that serves what is wanted, in words."""
    alone = replace(settings, tensor_parallel=0)
    for gib in _SIZES_GIB:
        best = ways(machine_of(f"1x{gib}"), candidates, alone, need_tokens)[0]
        if best.meets:
            return (
                f"A GPU with {gib} GiB serves {best.model.name} with "
                f"{best.window_tokens:,} tokens."
            )
    return f"No single GPU of up to {_SIZES_GIB[-1]} GiB serves this model."


def _planned(chosen: Attempt, machine: Machine) -> ServingPlan:
    share = min(fitted_share(gpu, chosen.tuning.gpu_share) for gpu in chosen.gpus)
    factor = yarn_factor(chosen.model, chosen.window_tokens)
    narrowed = len(chosen.gpus) < len(machine.gpus)
    half = any(
        gpu.compute_capability is not None and gpu.compute_capability < BFLOAT16_CAPABILITY
        for gpu in chosen.gpus
    )
    return ServingPlan(
        fits=True,
        model=chosen.model,
        profile=Profile.LONG if factor > 1 else Profile.NATIVE,
        yarn_factor=factor,
        window_tokens=chosen.window_tokens,
        wanted_tokens=chosen.wanted_tokens,
        tensor_parallel=len(chosen.gpus),
        tuning=replace(chosen.tuning, gpu_share=share),
        data_type="half" if half else "auto",
        visible_devices=",".join(str(gpu.index) for gpu in chosen.gpus) if narrowed else "",
        memory=chosen.memory,
    )


def _unmeasured(
    machine: Machine, candidates: Sequence[ModelFacts], settings: ServerSettings, need_tokens: int
) -> ServingPlan:
    """Without a GPU of ours to measure: what is wanted, as far as a command of the user's goes."""
    model = candidates[0]
    window = wanted_window(model, settings, need_tokens)
    factor = yarn_factor(model, window)
    if machine.gpus:
        reason = f"tensor_parallel = {settings.tensor_parallel} needs more GPUs than there are."
    elif settings.command:
        reason = "No GPU was found: [server] command has to know what it runs on."
    else:
        reason = "No GPU was found, and vLLM's own environment needs one."
    fits = bool(settings.command) and not machine.gpus
    would = () if fits else (what_would(candidates, settings, need_tokens),)
    return ServingPlan(
        fits=fits,
        model=model,
        profile=Profile.LONG if factor > 1 else Profile.NATIVE,
        yarn_factor=factor,
        window_tokens=window if fits else 0,
        wanted_tokens=window,
        tensor_parallel=settings.tensor_parallel or 1,
        reasons=(reason, *would),
        warnings=warnings_of(None, model, settings, machine),
    )
