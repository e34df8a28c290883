"""Documents for batches: contracts and reports made of a few clauses, each another one."""

from __future__ import annotations

import random
from pathlib import Path

_PARTIES = ("Northgate Foods", "Halden Systems", "Ostrava Print", "Meridian Cold Chain")
_CLAUSES = (
    "Either party may terminate this Agreement on {days} days' written notice to the other party.",
    "The Customer shall pay each undisputed invoice within {days} days of receiving it.",
    "The monthly fee is EUR {amount},000, and is reviewed on 1 January of each year.",
    "The Supplier's total liability in a contract year is limited to EUR {amount}0,000.",
    "The Supplier shall keep records of the Services for {days} months after the term ends.",
    "Neither party is liable for a delay that a strike, a flood or a war has caused.",
    "{party} shall appoint a manager who answers questions within {days} hours.",
    "Confidential information may be disclosed where a court orders it, and to no greater extent.",
)


def write_documents(folder: Path, count: int, chance: random.Random, sections: int = 12) -> None:
    """So many Markdown files, in a few folders."""
    for number in range(count):
        path = folder / f"folder{number % 5}" / f"contract{number:03}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"# Agreement {number} of {chance.choice(_PARTIES)}\n"]
        for section in range(1, sections + 1):
            lines.append(f"## {section}. Terms of part {section}\n")
            lines += [
                chance.choice(_CLAUSES).format(
                    days=chance.randrange(5, 90),
                    amount=chance.randrange(2, 99),
                    party=chance.choice(_PARTIES),
                )
                + "\n"
                for _ in range(6)
            ]
        path.write_text("\n".join(lines), encoding="utf-8")
