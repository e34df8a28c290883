"""From the settings to the command: reads this machine and the model's files, and plans.

Ask for a server that runs or starts already before this: it fills the memory that a plan needs.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from docmind.serving.command import OWN_MODULE, Launch, Listen, launch_of
from docmind.serving.install import CPU, installed_python, installed_requirement
from docmind.serving.lease import ServerFolder
from docmind.serving.machine import read_machine
from docmind.serving.model_facts import candidates
from docmind.serving.model_files import find_adapters
from docmind.serving.plan import plan
from docmind.settings import ServerSettings


def prepare(
    home: Path, settings: ServerSettings, environment: Mapping[str, str], *, need_tokens: int = 0
) -> Launch:
    """How to start a server with room for `need_tokens` (0: what the profile asks for).

    Raises NoServer where something is missing, ConfigError for settings that contradict.
    """
    folder = ServerFolder(home.resolve())
    python = installed_python(home)
    if python and not settings.command and installed_requirement(home) == CPU.requirement:
        # Our own environment, but for processors: no GPU is to be planned for.
        settings = replace(settings, command=shlex.join([str(python), *OWN_MODULE]))
    serving = plan(
        read_machine(environment), candidates(settings, environment), settings, need_tokens
    )
    listen = Listen(port=settings.port) if settings.port else Listen(uds=folder.socket)
    return launch_of(
        settings,
        serving,
        listen,
        python=python,
        kv_folder=folder.kv,
        adapters=find_adapters(settings.adapters),
    )
