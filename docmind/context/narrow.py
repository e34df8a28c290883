"""Less than pages: the passages that rank best, with what they were cut from, as far as they fit.

For a repository, whose files are as long as all of their functions together, and for a window in
which not even the best page has room: a few passages answer more than a worse page that is short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from docmind.context.definitions import definitions
from docmind.context.prompt import Draft
from docmind.context.sheets import Copy
from docmind.model import Hit
from docmind.ports import TokenCounter


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A draft that fits: its tokens, and of how many definitions (or passages) it is made."""

    draft: Draft
    tokens: int
    count: int


def narrowed(
    bare: Draft,
    held: tuple[Sequence[Copy], Sequence[Hit]],
    rooms: tuple[int, int],
    counter: TokenCounter,
    tokens_of: Callable[[Draft], int],
) -> Narrowed | None:
    """`bare` with the parts of these copies that rank best; None where nothing has room.

    `rooms` are the tokens that are wanted, by `counter`, and the most that there may be, by
    `tokens_of`, which has the last word.
    """
    copies, hits = held
    room, most = rooms
    while room > 0:
        found = definitions(copies, hits, room, counter)
        if not found.parts:
            return None
        draft = replace(bare, parts=found.parts)
        tokens = tokens_of(draft)
        excess = tokens - most
        if excess <= 0:
            return Narrowed(draft, tokens, found.count)
        room = min(room - 1, room - excess)
    return None
