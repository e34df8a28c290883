"""Who answers: instructions that come with docmind, and those that a user adds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """[roles]: who answers, where --role or [generation] role names it."""

    instructions: str = ""
    """What the model is told of how to answer, after the documents."""


def roles() -> dict[str, RoleSettings]:
    """The roles that are there without any configuration."""
    return {
        "lawyer": RoleSettings(
            "Answer as an experienced lawyer who reads contracts. Keep to the exact words where "
            "they matter, and say who owes what to whom, by when, on what conditions and with "
            "which exceptions. Where the text is silent or can be read in two ways, say so "
            "instead of filling the gap."
        ),
        "analyst": RoleSettings(
            "Answer as a business analyst. Begin with the conclusion, then give the figures that "
            "carry it, each with its unit, its period and what it is compared with. Keep apart "
            "what the document reports, what it forecasts and what it only claims."
        ),
        "researcher": RoleSettings(
            "Answer as a careful researcher. Say what was done, on how much data, what was found "
            "and how sure it is, and name the limits that the authors name themselves. Keep "
            "apart results, interpretation and speculation."
        ),
        "engineer": RoleSettings(
            "Answer as a senior software engineer. Be precise about names, types, versions, units "
            "and limits, and give steps in the order in which they are to be taken. Say what can "
            "fail, and what the document leaves to the reader."
        ),
    }
