"""One block of Markdown as lines of a given width, each piece of text in its role.

A mark such as [3] is a piece of its own, kept on the line of the word before it. Nothing is drawn
that needs more room than there is: what is nested deep stops being indented, and a table that is
too wide for its pane is wrapped in its columns or becomes a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docmind.tui.pieces import Line, Piece, hung, wrapped
from docmind.tui.tables import table_lines

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

LEAST_CELLS = 16
"""What stands in less room than this is not indented any further."""

UNSUPPORTED = "\ue000"
"""Stands in a text where a statement ends that nothing supports; no font has this character."""

_MARK = re.compile(rf"[ \t]*(\[\d{{1,4}}\]|{UNSUPPORTED})")
_ROLES = {"strong": "strong", "em": "emphasis", "s": "note"}


def block_lines(node: SyntaxTreeNode, width: int) -> list[Line]:
    """The lines of a block, without blank ones around it."""
    match node.type:
        case "bullet_list" | "ordered_list":
            return _list(node, width)
        case "blockquote":
            inner = max(width - 2, LEAST_CELLS)
            return [(("bar", "│ "), *line) for line in _blocks(node.children, inner)]
        case "fence" | "code_block":
            return _code(node.content, width)
        case "hr":
            return [(("note", "─" * min(width, 24)),)]
        case "table":
            rows = [row for part in node.children for row in part.children]
            cells = [[_cell(cell, head=index == 0) for cell in row.children]
                     for index, row in enumerate(rows)]  # fmt: skip
            right = ["right" in str(cell.attrs.get("style", "")) for cell in rows[0].children]
            return table_lines(cells, right, width)
        case _:
            role = "heading" if node.type == "heading" else "claim"
            return wrapped(_inline(node, role), width)


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int) -> list[Line]:
    """Blocks below each other; no blank line between those of a list that has none."""
    lines: list[Line] = []
    for index, node in enumerate(nodes):
        if index and not _tight(nodes[index - 1]) and not _tight(node):
            lines.append(())
        lines += block_lines(node, width)
    return lines


def _tight(node: SyntaxTreeNode) -> bool:
    """Whether a paragraph belongs to a list without blank lines."""
    return node.type == "paragraph" and node.hidden


def _list(node: SyntaxTreeNode, width: int) -> list[Line]:
    ordered = node.type == "ordered_list"
    first = int(str(node.attrs.get("start", 1))) if ordered else 0
    markers = [f"{first + index}. " if ordered else "• " for index in range(len(node.children))]
    room = max(map(len, markers), default=0)
    loose = any(not child.hidden for item in node.children for child in item.children
                if child.type == "paragraph")  # fmt: skip
    lines: list[Line] = []
    for item, marker in zip(node.children, markers, strict=True):
        if loose and lines:
            lines.append(())
        inner = _blocks(item.children, max(width - room, LEAST_CELLS)) or [()]
        lines += hung(inner, ("note", marker.rjust(room)), " " * room)
    return lines


def _code(text: str, width: int) -> list[Line]:
    return [(("bar", "  "), *line) for line in wrapped([("code", text.rstrip("\n"))], width - 2)]


def _cell(node: SyntaxTreeNode, *, head: bool) -> list[Piece]:
    return _inline(node, "strong" if head else "claim")


def _inline(node: SyntaxTreeNode, role: str) -> list[Piece]:
    """What stands in a block, as pieces; what is marked inside what is marked keeps the inner."""
    pieces: list[Piece] = []
    for child in node.children:
        match child.type:
            case "text":
                pieces += _marked(child.content, role)
            case "code_inline":
                pieces.append(("code", child.content))
            case "softbreak":
                pieces.append((role, " "))
            case "hardbreak":
                pieces.append((role, "\n"))
            case _:
                pieces += _inline(child, _ROLES.get(child.type, role))
    return pieces


def _marked(text: str, role: str) -> list[Piece]:
    """Text with the marks in it as pieces of their own, tied to what stands before them."""
    pieces: list[Piece] = []
    end = 0
    for match in _MARK.finditer(text):
        pieces.append((role, text[end : match.start()]))
        mark = match.group(1)
        space = "\N{NO-BREAK SPACE}" if match.start() or match.group() != mark else ""
        pieces.append(("unsupported", space + "[?]") if mark == UNSUPPORTED
                      else ("mark", space + mark))  # fmt: skip
        end = match.end()
    pieces.append((role, text[end:]))
    return [piece for piece in pieces if piece[1]]
