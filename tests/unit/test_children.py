"""Our processes import docmind from where we did, and nothing from where the user stands."""

from __future__ import annotations

import os
from pathlib import Path

import docmind
from docmind.children import environment_of_child


def test_a_child_finds_this_docmind_first_and_no_folder_that_depends_on_where_it_is_started() -> (
    None
):
    given = {"PYTHONPATH": os.pathsep.join(["", ".", "lib", "/absolute"]), "HOME": "/home/me"}
    made = environment_of_child(given, {"MORE": "1"})
    root = str(Path(docmind.__file__).resolve().parent.parent)
    assert made == {
        "PYTHONPATH": os.pathsep.join([root, "/absolute"]), "HOME": "/home/me", "MORE": "1",
    }  # fmt: skip
