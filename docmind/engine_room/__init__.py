"""Where the language model of a run comes from."""

from docmind.engine_room.room import EngineRoom

__all__ = ["EngineRoom"]
