"""What a setting can be where it is one of a few words."""

from __future__ import annotations

from enum import StrEnum


class OcrMode(StrEnum):
    """When pages are read by OCR."""

    AUTO = "auto"
    OFF = "off"
    FORCE = "force"


class Images(StrEnum):
    """How pages are shown as pictures."""

    AUTO = "auto"
    OFF = "off"
    KITTY = "kitty"
    SIXEL = "sixel"
    HALFCELL = "halfcell"


class RetrievalArms(StrEnum):
    """Which retrievers rank the passages."""

    AUTO = "auto"
    LEXICAL = "lexical"
    HYBRID = "hybrid"


class ReadingMode(StrEnum):
    """How much of the documents a language model gets to read for an answer."""

    AUTO = "auto"
    WHOLE = "whole"
    EVERY_PART = "every-part"
    RETRIEVE = "retrieve"


class Profile(StrEnum):
    """Which window the managed server is started with."""

    AUTO = "auto"
    NATIVE = "native"
    LONG = "long"


class ModelSource(StrEnum):
    """Where a model that is named, not a path, is looked for."""

    HUGGING_FACE = "huggingface"
    MODELSCOPE = "modelscope"


class Language(StrEnum):
    """The language of docmind's own words in an answer."""

    AUTO = "auto"
    ENGLISH = "en"
    CHINESE = "zh"
