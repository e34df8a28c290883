"""Imports chromadb, which reads a file `.env` in the current folder while it is imported.

That folder may be a stranger's, or have an `.env` that is somebody else's: what is in it must
neither change how Chroma works nor end the program. So Chroma's settings are told, after their
module has run and before the package makes the first of them, that there is no such file.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


_SETTINGS = "chromadb.config"


def import_chromadb() -> Any:
    """The module. Whoever imports it in any other way first has read the file."""
    if "chromadb" not in sys.modules:
        finder = _WithoutEnvFile()
        sys.meta_path.insert(0, finder)
        try:
            import chromadb
        finally:
            sys.meta_path.remove(finder)
    import chromadb

    return chromadb


class _WithoutEnvFile:
    """Finds the module of Chroma's settings where it is, and has it loaded with a change."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As the import system asks it."""
        if name != _SETTINGS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Runs a module, then takes the file away from its settings."""

    def __init__(self, inner: Loader) -> None:
        self._inner = inner

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the import system asks it."""
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """As the import system asks it."""
        self._inner.exec_module(module)
        module.Settings.model_config["env_file"] = None
