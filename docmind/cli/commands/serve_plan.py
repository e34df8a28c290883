"""`docmind serve plan`: what a machine can serve, why, and the command that would serve it."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterator

import click
from msgspec.structs import replace

from docmind.cli.flags import Flags, with_flags
from docmind.cli.invocation import start
from docmind.export.serving_records import PlannedGpu, PlannedMemory, PlannedWay, PlanRecord
from docmind.serving.command import Launch, draft_of
from docmind.serving.launching import means_of, usable
from docmind.serving.machine import Machine, machine_of, read_machine
from docmind.serving.model_facts import LONGEST_WINDOW_TOKENS, candidates
from docmind.serving.model_files import download_command
from docmind.serving.plan import ServingPlan, plan
from docmind.serving.ways import Attempt
from docmind.settings import Profile, ServerSettings


@click.command("plan")
@click.option(
    "--gpu", metavar="1x24", help="Plan for another machine: so many GPUs of so many GiB."
)
@click.option(
    "--tokens",
    type=click.IntRange(min=1),
    metavar="N",
    help="Plan for documents of so many tokens; without it, for the longest window.",
)
@with_flags()
def plan_command(flags: Flags, *, gpu: str | None, tokens: int | None) -> None:
    """Say what this machine can serve, and with which command.

    Nothing is started or downloaded.
    """
    invocation = start(flags)
    settings = invocation.settings.server
    home = invocation.configuration.folders.home
    if gpu is not None:
        machine = machine_of(gpu)
    else:
        machine, settings = usable(read_machine(os.environ), home, settings)
    forms = candidates(settings, os.environ)
    found = plan(machine, forms, settings, tokens or LONGEST_WINDOW_TOKENS)
    means = means_of(home, settings)
    launch = draft_of(settings, found, means) if found.fits else None
    record = replace(
        _record(settings, machine, found, launch), wanted_tokens=tokens or found.wanted_tokens
    )
    if flags.json:
        invocation.output.record(record)
        return
    absent = means.python is None and not settings.command
    page = _page(record, found, _next(record, found, settings, absent=absent))
    invocation.output.markdown("\n".join(page) + "\n")
    if launch is not None:
        invocation.output.text("\n" + _typed(launch))


def _record(
    settings: ServerSettings, machine: Machine, found: ServingPlan, launch: Launch | None
) -> PlanRecord:
    tuning, model = found.tuning, found.model
    return PlanRecord(
        fits=found.fits,
        model=model.name,
        form=model.form,
        profile=found.profile.value,
        yarn_factor=found.yarn_factor,
        window_tokens=found.window_tokens,
        wanted_tokens=found.wanted_tokens,
        tensor_parallel=found.tensor_parallel,
        kv_cache_type=settings.kv_cache_type,
        kv_bytes_per_token=model.kv_bytes_per_token(settings.kv_cache_type),
        gpu_memory_share=tuning.gpu_share if tuning else None,
        max_sequences=tuning.max_sequences if tuning else None,
        max_batched_tokens=tuning.max_batched_tokens if tuning else None,
        enforce_eager=tuning is not None and tuning.enforce_eager,
        gpus=tuple(
            PlannedGpu(gpu.index, gpu.name, round(gpu.total_gib, 2), round(gpu.free_gib, 2))
            for gpu in machine.gpus
        ),
        memory=_memory(found),
        ways=tuple(_way(attempt) for attempt in found.attempts),
        reasons=found.reasons,
        warnings=found.warnings,
        download="" if model.folder else download_command(model.name, settings.source),
        environment=dict(launch.environment) if launch else {},
        command=launch.command if launch else (),
    )


def _memory(found: ServingPlan) -> PlannedMemory | None:
    memory = found.memory
    if memory is None:
        return None
    return PlannedMemory(
        usable_gib=round(memory.usable_gib, 2),
        weights_gib=round(memory.weights_gib, 2),
        computing_gib=round(memory.computing_gib, 2),
        cache_gib=round(memory.cache_gib, 2),
        fitting_tokens=memory.fitting_tokens,
    )


def _way(attempt: Attempt) -> PlannedWay:
    return PlannedWay(
        model=attempt.model.name,
        form=attempt.model.form,
        tensor_parallel=len(attempt.gpus),
        gpu_memory_share=attempt.tuning.gpu_share,
        enforce_eager=attempt.tuning.enforce_eager,
        window_tokens=attempt.window_tokens,
        fitting_tokens=attempt.memory.fitting_tokens,
        lacking_gib=round(attempt.lacking_gib, 2),
    )


def _page(record: PlanRecord, found: ServingPlan, last: str) -> Iterator[str]:
    """What a person reads, as Markdown: the decision, what fits, why, and what to type."""
    yield from (_verdict(record), "")
    if found.attempts:
        yield from (
            "| weights | GPUs | share of memory | window | tokens that fit |",
            "|---|--:|--:|--:|--:|",
        )
        yield from (_row(attempt) for attempt in _best_of_each(found))
        yield ""
    yield from (f"- {reason}" for reason in record.reasons)
    yield from (f"- **Warning:** {warning}" for warning in record.warnings)
    yield from ("", last)


def _verdict(record: PlanRecord) -> str:
    alike = Counter(f"{gpu.name} ({gpu.free_gib:.1f} GiB free)" for gpu in record.gpus)
    gpus = ", ".join(f"{count} x {name}" for name, count in alike.items())
    where = f"On {gpus}" if gpus else "Here"
    if not record.fits:
        return f"**{where}: {record.model} cannot be served.**"
    return (
        f"**{where}: {record.model}, with a window of {record.window_tokens:,} tokens "
        f"(profile {record.profile}).**"
    )


def _best_of_each(found: ServingPlan) -> Iterator[Attempt]:
    """The best way for each form of the weights and number of GPUs, the chosen one first."""
    seen = set()
    for attempt in found.attempts:
        key = (attempt.model.name, len(attempt.gpus))
        if key not in seen:
            seen.add(key)
            yield attempt


def _row(attempt: Attempt) -> str:
    tuning = attempt.tuning
    share = f"{tuning.gpu_share:g}" + (", no CUDA graphs" if tuning.enforce_eager else "")
    window = f"{attempt.window_tokens:,}" if attempt.window_tokens else "does not fit"
    name = attempt.model.name.rpartition("/")[2]
    return (
        f"| {name} | {len(attempt.gpus)} | {share} | {window} "
        f"| {attempt.memory.fitting_tokens:,} |"
    )


def _next(
    record: PlanRecord, found: ServingPlan, settings: ServerSettings, *, absent: bool
) -> str:
    """What to type, as the last words; the command itself stands below them.

    `absent`: there is no vLLM here yet.
    """
    if not record.fits:
        return _without_a_model(record, absent=absent)
    steps = "vLLM is not here yet: `docmind serve install`. " if absent else ""
    if record.download:
        steps += f"The weights are not here: `{record.download}`. "
    stretched = record.profile == Profile.LONG and settings.profile is Profile.AUTO
    if stretched and found.wanted_tokens < LONGEST_WINDOW_TOKENS:
        return f"{steps}Documents that need it are served by this:"
    return f"{steps}`docmind serve start{' --profile long' if stretched else ''}` runs this:"


def _without_a_model(record: PlanRecord, *, absent: bool) -> str:
    words = "Without a model docmind answers by quoting the best sentences."
    if record.gpus:
        return words
    if absent:
        words += (
            " `docmind serve install --cpu` installs a vLLM that needs no GPU; it is slow, and "
            "good for trying things out."
        )
    return f"{words} `docmind serve plan --gpu 1x24` plans for a machine with one GPU of 24 GiB."


def _typed(launch: Launch) -> str:
    """The command as a shell takes it, a flag on each line."""
    lines = [" ".join(f"{key}={shlex.quote(value)}" for key, value in launch.environment.items())]
    words = list(launch.command)
    first = next((at for at, word in enumerate(words) if word.startswith("--")), len(words))
    lines.append(shlex.join(words[:first]))
    for word in words[first:]:
        if word.startswith("--"):
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {shlex.quote(word)}"
    return " \\\n".join(lines)
