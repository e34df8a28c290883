"""The desk: documents that are open together, and what answers questions about them."""

from docmind.desk.desk import Desk
from docmind.desk.meaning import Meaning
from docmind.desk.prefill import PrefillPhase, PrefillState

__all__ = ["Desk", "Meaning", "PrefillPhase", "PrefillState"]
