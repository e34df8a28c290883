"""From the settings to the command: reads this machine and the model's files, and plans.

Ask for a server that runs or starts already before this: it fills the memory that a plan needs.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from docmind.errors import ConfigError
from docmind.serving.command import OWN_MODULE, Launch, Listen, Means, launch_of
from docmind.serving.install import CPU, installed_python, installed_requirement
from docmind.serving.lease import ServerFolder
from docmind.serving.machine import Machine, read_machine
from docmind.serving.model_facts import candidates
from docmind.serving.model_files import find_adapters
from docmind.serving.plan import plan
from docmind.settings import ServerSettings

_LAST_PORT = 65_535


def prepare(
    home: Path, settings: ServerSettings, environment: Mapping[str, str], *, need_tokens: int = 0
) -> Launch:
    """How to start a server with room for `need_tokens` (0: what the profile asks for).

    Raises NoServer where something is missing, ConfigError for settings that contradict.
    """
    return prepare_on(read_machine(environment), home, settings, environment, need_tokens)


def prepare_on(
    machine: Machine,
    home: Path,
    settings: ServerSettings,
    environment: Mapping[str, str],
    need_tokens: int,
) -> Launch:
    """As `prepare`, for a machine that was read already."""
    machine, settings = usable(machine, home, settings)
    forms = candidates(settings, environment)
    here = [form for form in forms if form.folder is not None]
    serving = plan(machine, here or forms, settings, need_tokens)
    if not serving.fits:  # with weights that are somewhere else it may, and the error says so
        serving = plan(machine, forms, settings, need_tokens)
    return launch_of(settings, serving, means_of(home, settings))


def usable(
    machine: Machine, home: Path, settings: ServerSettings
) -> tuple[Machine, ServerSettings]:
    """The machine as the vLLM of this home can use it, and the settings for that."""
    python = installed_python(home)
    if python and not settings.command and installed_requirement(home) == CPU.requirement:
        # Our own environment, but for processors: it can use no GPU, and needs none.
        command = shlex.join([str(python), *OWN_MODULE])
        return replace(machine, gpus=()), replace(settings, command=command)
    return machine, settings


def means_of(home: Path, settings: ServerSettings) -> Means:
    """What this home has for a server. Raises NoServer for an adapter that is none."""
    folder = ServerFolder(home.resolve())
    if settings.port > _LAST_PORT:
        raise ConfigError(f"server.port is {settings.port}, and ports end at {_LAST_PORT}.")
    return Means(
        Listen(port=settings.port) if settings.port else Listen(uds=folder.socket),
        installed_python(home) or _shared_python(),
        folder.kv,
        find_adapters(settings.adapters),
    )


def _shared_python() -> Path | None:
    """Our own interpreter where vLLM is installed beside docmind: the extra docmind[vllm].

    It is looked for and never imported, which would take half a minute and a GPU's memory.
    """
    return Path(sys.executable) if find_spec("vllm") is not None else None
