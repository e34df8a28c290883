"""What a child process of ours needs in order to be this very docmind, and nothing else.

Used together with Python's -P. Relative entries of PYTHONPATH are left out, because they are
folders that the user happens to stand in: a torch.py there must not be what gets imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import docmind


def environment_of_child(
    environment: Mapping[str, str], more: Mapping[str, str]
) -> dict[str, str]:
    """Ours with `more`, and with the folder of this docmind first on the child's path."""
    root = str(Path(docmind.__file__).resolve().parent.parent)
    given = environment.get("PYTHONPATH", "").split(os.pathsep)
    paths = [root, *(path for path in given if Path(path).is_absolute())]
    return {**environment, **more, "PYTHONPATH": os.pathsep.join(paths)}
