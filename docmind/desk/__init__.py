"""The desk: documents that are open together, and what answers questions about them."""

from docmind.desk.desk import Desk
from docmind.desk.meaning import Meaning

__all__ = ["Desk", "Meaning"]
