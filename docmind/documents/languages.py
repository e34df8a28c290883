"""Which files are source files, and the grammars that take them apart.

Each grammar is a wheel of its own: the twenty of them take 45 MB, while the one package that has
them all takes 184 MB, or fetches them from the network when they are first used. A language
without a grammar is read all the same, by its blank lines.
"""

from __future__ import annotations

import re
from pathlib import Path

_GRAMMARS = {
    ".bash .bats .sh .zsh": "tree_sitter_bash:language",
    ".c": "tree_sitter_c:language",
    ".cc .cpp .cu .cuh .cxx .h .hh .hpp .hxx .inl .ipp": "tree_sitter_cpp:language",
    ".cs .csx": "tree_sitter_c_sharp:language",
    ".dart": "tree_sitter_dart:language",
    ".ex .exs": "tree_sitter_elixir:language",
    ".go": "tree_sitter_go:language",
    ".hs": "tree_sitter_haskell:language",
    ".java": "tree_sitter_java:language",
    ".cjs .js .jsx .mjs": "tree_sitter_javascript:language",
    ".kt .kts": "tree_sitter_kotlin:language",
    ".lua": "tree_sitter_lua:language",
    ".m .mm": "tree_sitter_objc:language",
    ".inc .php .phtml": "tree_sitter_php:language_php",
    ".py .pyi .pyw .pyx": "tree_sitter_python:language",
    ".gemspec .rake .rb .ru": "tree_sitter_ruby:language",
    ".rs": "tree_sitter_rust:language",
    ".sbt .sc .scala": "tree_sitter_scala:language",
    ".swift": "tree_sitter_swift:language",
    ".cts .mts .ts": "tree_sitter_typescript:language_typescript",
    ".tsx": "tree_sitter_typescript:language_tsx",
}
GRAMMAR_BY_SUFFIX = {
    suffix: grammar for suffixes, grammar in _GRAMMARS.items() for suffix in suffixes.split()
}
"""The module and the function that give the grammar for a file's suffix, in lower case."""

_BY_LINES = frozenset(
    ".asm .awk .bat .bzl .cfg .clj .cljs .cmake .coffee .conf .cr .css .d .diff .dockerfile .edn"
    " .el .elm .erb .erl .f .f90 .fish .fs .fsx .glsl .gn .gni .gradle .graphql .groovy .hcl .hlsl"
    " .hrl .ini .j2 .jinja .jinja2 .jl .less .lisp .mk .ml .mli .nim .nix .pas .patch .pl .pm .pp"
    " .properties .proto .ps1 .psm1 .pug .r .rkt .s .sass .scm .scss .sol .sql .svelte .sv .tcl"
    " .tex .tf .thrift .toml .v .vb .vhd .vim .vue .wgsl .xsl .xslt .yaml .yml .zig".split()
)
DATA_SUFFIXES = frozenset(
    ".csv .geojson .ipynb .json .json5 .jsonl .ndjson .plist .po .pot .tsv .xml".split()
)
"""Text that is data more often than not; only a little of it is worth reading unasked."""

_SOURCE_SUFFIXES = _BY_LINES.union(GRAMMAR_BY_SUFFIX, DATA_SUFFIXES)

_NAMES = {
    "brewfile": "tree_sitter_ruby:language",
    "build": "",
    "cmakelists.txt": "",
    "containerfile": "",
    "dockerfile": "",
    "gemfile": "tree_sitter_ruby:language",
    "gnumakefile": "",
    "jenkinsfile": "",
    "justfile": "",
    "makefile": "",
    "procfile": "",
    "rakefile": "tree_sitter_ruby:language",
    "sconscript": "tree_sitter_python:language",
    "sconstruct": "tree_sitter_python:language",
    "vagrantfile": "tree_sitter_ruby:language",
    "workspace": "",
}
_INTERPRETERS = (
    (re.compile(rb"^#!.*\bpython[\d.]*\b"), "tree_sitter_python:language"),
    (re.compile(rb"^#!.*\b(?:ba|z|da)?sh\b"), "tree_sitter_bash:language"),
    (re.compile(rb"^#!.*\bruby\b"), "tree_sitter_ruby:language"),
    (re.compile(rb"^#!.*\b(?:node|deno|bun)\b"), "tree_sitter_javascript:language"),
)


def suffix_of(path: str | Path) -> str:
    """The suffix of a file's name in small letters, as Path has it, for less than a Path costs."""
    stem, dot, end = str(path).rpartition("/")[2].rpartition(".")
    return dot + end.lower() if stem.strip(".") and end else ""


def is_source_name(path: str | Path) -> bool:
    """Whether a file is called as source files are, data in text form among them."""
    if suffix_of(path) in _SOURCE_SUFFIXES:
        return True
    return str(path).rpartition("/")[2].lower() in _NAMES


def is_script(head: bytes) -> bool:
    """Whether a file begins by saying which program runs it."""
    return head.startswith(b"#!")


def grammar_of(path: Path, head: bytes) -> str:
    """`module:function` of the grammar for a file; empty where there is none."""
    by_name = _NAMES.get(path.name.lower())
    if by_name is not None:
        return by_name
    if path.suffix.lower() in GRAMMAR_BY_SUFFIX:
        return GRAMMAR_BY_SUFFIX[path.suffix.lower()]
    first_line = head.split(b"\n", 1)[0]
    return next((grammar for form, grammar in _INTERPRETERS if form.match(first_line)), "")
