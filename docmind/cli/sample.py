"""The sample that comes with docmind: what `docmind open` shows to who names nothing to read.

In a wheel it lies in the package; a checkout has it among its assets, from which the wheel is
built, and holds no second copy.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from docmind.disk import is_file
from docmind.errors import MissingInput

NAME = "services-agreement.pdf"


def sample() -> Path:
    """Where it is. Raises MissingInput where somebody packed docmind without it."""
    package = Path(str(files("docmind")))
    places = [package / "samples" / NAME, package.parent / "assets" / NAME]
    for place in places:
        if is_file(place):
            return place
    raise MissingInput(
        f"The sample {NAME} did not come with this docmind.", "Try: docmind open FILE"
    )
