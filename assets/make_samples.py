"""Make the sample documents, from the root: `python -m assets.make_samples [FOLDER [NAME...]]`.

The same sources give the same bytes; tests compare the committed files with new ones.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

# PyMuPDF imports these two on its own when they are installed, which takes seconds.
sys.modules["pymupdf.layout"] = None  # type: ignore[assignment]
sys.modules["pymupdf4llm"] = None  # type: ignore[assignment]

from assets.samples import agreement, paper, report  # noqa: E402

SAMPLES = {
    "services-agreement": agreement.make,
    "annual-report-zh": report.make,
    "two-column-paper": paper.make,
}


def main(folder: Path, names: Sequence[str]) -> None:
    """Write the named samples into a folder."""
    for name in names:
        target = folder / f"{name}.pdf"
        SAMPLES[name](target)
        print(target)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    main(chosen, sys.argv[2:] or list(SAMPLES))
