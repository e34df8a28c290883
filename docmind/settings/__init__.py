"""What can be set: a frozen dataclass for each table of config.toml, a docstring per field.

`config.toml` beside the package shows every one of these with its default; a test holds the two
equal. Where the values come from is the business of `docmind.config`, not of this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from docmind.settings.answering import (
    AnswerSettings,
    ContextSettings,
    GenerationSettings,
    InterfaceSettings,
    ReadingSettings,
    RetrievalSettings,
    StoreSettings,
)
from docmind.settings.choices import (
    Images,
    Language,
    ModelSource,
    OcrMode,
    Profile,
    ReadingMode,
    RetrievalArms,
)
from docmind.settings.roles import (
    RoleSettings,
    roles,
)
from docmind.settings.serving import (
    AdapterSettings,
    EngineSettings,
    ServerSettings,
)

__all__ = [
    "AdapterSettings",
    "AnswerSettings",
    "ContextSettings",
    "EngineSettings",
    "GenerationSettings",
    "Images",
    "InterfaceSettings",
    "Language",
    "ModelSource",
    "OcrMode",
    "Profile",
    "ReadingMode",
    "ReadingSettings",
    "RetrievalArms",
    "RetrievalSettings",
    "RoleSettings",
    "ServerSettings",
    "Settings",
    "StoreSettings",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    reading: ReadingSettings = field(default_factory=ReadingSettings)
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    context: ContextSettings = field(default_factory=ContextSettings)
    generation: GenerationSettings = field(default_factory=GenerationSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    interface: InterfaceSettings = field(default_factory=InterfaceSettings)
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of the terminal application, by the name of what they do."""
    roles: Mapping[str, RoleSettings] = field(default_factory=roles)
