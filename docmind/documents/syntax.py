"""Where a source file can be cut, and what it defines, by its syntax tree.

Only lines at which something begins are taken from the tree; blocks are what lies between them. So
every line of the file is in exactly one block, whatever the tree leaves out or got wrong.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Point

LARGE_BYTES = 900
"""What is larger (some 250 tokens) is cut further, at the statements inside."""

_SECONDS = 10
_CHUNK_BYTES = 1 << 16
_DEEPEST = 100
_SIGNATURE_CHARACTERS = 160

_DEFINITIONS = frozenset(
    "class class_declaration class_definition class_interface class_implementation class_specifier"
    " concept_definition constructor_declaration data_type enum_declaration enum_definition"
    " enum_item enum_specifier extension_declaration extension_type_declaration function"
    " function_declaration function_definition function_item function_signature"
    " function_statement generator_function_declaration impl_item instance interface_declaration"
    " internal_module local_function_statement macro_definition method method_declaration"
    " method_definition method_signature mixin_declaration mod_item module namespace_declaration"
    " namespace_definition newtype object_declaration object_definition package_declaration"
    " protocol_declaration protocol_function_declaration record_declaration secondary_constructor"
    " singleton_method struct_declaration struct_item struct_specifier trait_declaration"
    " trait_definition trait_item type_alias_declaration type_declaration type_item union_item"
    " init_declaration given_definition enum_entry abstract_class_declaration"
    " category_implementation category_interface implementation_definition".split()
)
"""What the twenty grammars call definitions; no two of them mean different things by a name."""

_PLAIN = frozenset({"package_declaration", "enum_entry"})
_WRAPPERS = frozenset(
    "ambient_declaration assignment_statement decorated_definition export_statement"
    " expression_statement field_definition lexical_declaration template_declaration"
    " variable_declaration variable_declarator public_field_definition".split()
)
_VALUES = frozenset({"arrow_function", "function_expression", "generator_function", "class"})
_LEADS = frozenset(
    "annotation attribute attribute_item attribute_list block_comment comment decorator"
    " documentation_comment haddock line_comment multiline_comment signature".split()
)
"""What belongs to the definition that follows it on the next line."""

_CONTAINERS = frozenset(
    "declarations linkage_specification preproc_else preproc_if preproc_ifdef".split()
)
"""What holds definitions and is none itself."""

_ELIXIR = ("def", "defp", "defmodule", "defmacro", "defmacrop", "defprotocol", "defimpl")


@dataclass(frozen=True, slots=True)
class Cut:
    """A block begins at this line (from 0), inside of (or as) so many definitions."""

    row: int
    depth: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something that is defined: its line (from 0), its depth (outermost 1), and its signature."""

    row: int
    depth: int
    signature: str


@dataclass(slots=True)
class Structure:
    """What a tree says about a file, in the order of its lines."""

    cuts: list[Cut] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)


def structure_of(text: str, grammar: str) -> Structure | None:
    """The structure of a source text; None where its grammar cannot make sense of it in time."""
    from tree_sitter import Language, Parser

    module, function = grammar.split(":")
    language = Language(getattr(import_module(module), function)())
    content = text.encode()
    deadline = time.monotonic() + _SECONDS

    def chunk(offset: int, _point: Point) -> bytes:
        return content[offset : offset + _CHUNK_BYTES]

    def is_late(_offset: int, _has_error: bool) -> bool:  # noqa: FBT001 as tree-sitter calls it
        return time.monotonic() > deadline

    try:
        tree = Parser(language).parse(chunk, progress_callback=is_late)
    except ValueError:  # it was late
        return None
    root = tree.root_node
    if root.type == "ERROR":
        return None
    walk = _Walk(content)
    walk.children(root, 0, large=True, level=0)
    return walk.structure


class _Walk:
    """One walk through a tree."""

    def __init__(self, content: bytes) -> None:
        self.structure = Structure()
        self._content = content
        self._last_row = -1

    def children(self, node: Node, depth: int, *, large: bool, level: int) -> None:
        """Cut at the children of a node that is large; of a small one, note what it defines."""
        if level > _DEEPEST:
            return
        lead: Node | None = None
        lead_end = -2
        for child in node.named_children:
            adjacent = child.start_point.row - lead_end <= 1
            if child.type in _LEADS:
                if lead is None or not adjacent:
                    self._cut(lead, depth, large=large)
                    lead = child
                lead_end = _last_row(child)
                continue
            if not adjacent:
                self._cut(lead, depth, large=large)
                lead = None
            self._child(child, lead or child, depth, large=large, level=level)
            lead = None
        self._cut(lead, depth, large=large)

    def _child(self, child: Node, begin: Node, depth: int, *, large: bool, level: int) -> None:
        definition = _definition_in(child)
        inner = child if definition is None else _body_of(definition) or definition
        is_large = large and child.end_byte - child.start_byte > LARGE_BYTES
        if definition is not None:
            depth += 1
            row = definition.start_point.row
            self.structure.symbols.append(Symbol(row, depth, self._signature(definition, child)))
        self._cut(begin, depth, large=large)
        if is_large or definition is not None or child.type in _CONTAINERS:
            self.children(inner, depth, large=is_large, level=level + 1)

    def _cut(self, node: Node | None, depth: int, *, large: bool) -> None:
        """Begin a block at the node's line, unless the line begins with something else."""
        if node is None or not large:
            return
        row = node.start_point.row
        line_start = self._content.rfind(b"\n", 0, node.start_byte) + 1
        if row > self._last_row and not self._content[line_start : node.start_byte].strip():
            self.structure.cuts.append(Cut(row, depth))
            self._last_row = row

    def _signature(self, definition: Node, outer: Node) -> str:
        """The definition up to its body, on one line; its first line where that cannot be told."""
        body = _body_of(definition)
        start = definition if outer.type == "decorated_definition" else outer
        remarks = [child for child in definition.named_children if child.type in _LEADS]
        ends = [node.start_byte for node in (body, *remarks) if node is not None]
        ends = [end for end in ends if end > definition.start_byte]
        text = self._content[start.start_byte : min(ends, default=definition.end_byte)]
        if body is None:
            text = text.split(b"\n", 1)[0]
        words = " ".join(text.decode(errors="replace").split())
        return words.rstrip(" {:=>").removesuffix(" do")[:_SIGNATURE_CHARACTERS]


def _last_row(node: Node) -> int:
    """The last line that has something of the node on it."""
    return node.end_point.row - (node.end_point.column == 0)


def _definition_in(node: Node) -> Node | None:
    """The definition that a node is, or that it only wraps: exports, decorates, or names."""
    if node.type in _DEFINITIONS and node.type not in _PLAIN:
        return node
    if node.type == "call":
        target = node.child_by_field_name("target")
        named = target is not None and (target.text or b"").decode() in _ELIXIR
        return node if named else None
    if node.type not in _WRAPPERS:
        return None
    for child in node.named_children:
        if child.type in _VALUES:
            return child
        found = _definition_in(child)
        if found is not None:
            return found
    return None


def _body_of(definition: Node) -> Node | None:
    """Where a definition's own statements stand."""
    body = definition.child_by_field_name("body")
    if body is not None:
        return body
    last = definition.named_children[-1] if definition.named_children else None
    return last if last is not None and last.type.endswith(_BODIES) else None


_BODIES = ("body", "block", "declaration_list", "do_block")
