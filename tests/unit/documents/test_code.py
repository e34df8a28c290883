"""Source files: every line in one block, definitions whole, whatever is wrong with the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmind.documents.code import read_code
from docmind.documents.syntax import LARGE_BYTES
from docmind.errors import NoTextInput
from docmind.model import Document, Kind

SAMPLES = {
    "a.sh": ("retry() {\n  sleep 1\n}\n", "retry()"),
    "a.c": ("int retry(int n)\n{\n  return n;\n}\n", "int retry(int n)"),
    "a.cs": ("class Retry {\n  int Wait() { return 1; }\n}\n", "class Retry"),
    "a.cpp": ("class Retry : Base {\n public:\n  int wait();\n};\n", "class Retry : Base"),
    "a.dart": ("class Retry {\n  int wait() { return 1; }\n}\n", "class Retry"),
    "a.ex": ("defmodule Retry do\n  def wait, do: 1\nend\n", "defmodule Retry"),
    "a.go": ("package a\n\nfunc Retry(n int) int {\n\treturn n\n}\n", "func Retry(n int) int"),
    "a.hs": ("module A where\n\nretry :: Int -> Int\nretry n = n\n", "retry n = n"),
    "A.java": ("class Retry {\n  int wait(int n) { return n; }\n}\n", "class Retry"),
    "a.js": ("export function retry(n) {\n  return n\n}\n", "export function retry(n)"),
    "a.kt": ("class Retry {\n  fun wait(): Int = 1\n}\n", "class Retry"),
    "a.lua": ("function retry(n)\n  return n\nend\n", "function retry(n)"),
    "a.m": ("@implementation Retry\n- (int)wait { return 1; }\n@end\n", "@implementation Retry"),
    "a.php": ("<?php\nfunction retry($n) {\n  return $n;\n}\n", "function retry($n)"),
    "a.py": ("def retry(\n    n: int,\n) -> int:\n    return n\n", "def retry( n: int, ) -> int"),
    "a.rb": ("class Retry\n  def wait\n    1\n  end\nend\n", "class Retry"),
    "a.rs": ("pub fn retry(n: u8) -> u8 {\n  n\n}\n", "pub fn retry(n: u8) -> u8"),
    "a.scala": ("class Retry {\n  def wait(n: Int) = n\n}\n", "class Retry"),
    "a.swift": ("class Retry {\n  func wait() -> Int { 1 }\n}\n", "class Retry"),
    "a.ts": ("const retry = (n: number) => {\n  return n\n}\n", "const retry = (n: number)"),
    "a.tsx": ("interface Props {\n  n: number\n}\n", "interface Props"),
}


def read(text: str, name: str = "a.py") -> Document:
    return read_code(text.encode(), Path(name), name, "0" * 64)


def blocks(document: Document) -> list[str]:
    page = document.pages[0]
    return [page.text[block.start : block.end] for block in page.blocks]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_language_tells_what_it_defines(name: str) -> None:
    text, signature = SAMPLES[name]
    document = read(text, name)
    assert document.kind is Kind.CODE
    assert signature in [item.title for item in document.outline]


def test_comments_and_decorators_stand_with_what_they_belong_to() -> None:
    text = "import a\n\n\n# Waits between\n# attempts.\n@decorated\ndef retry():\n    return 1\n"
    assert blocks(read(text))[1].startswith("# Waits between")
    assert blocks(read(text))[1].endswith("return 1")


def test_a_comment_that_stands_apart_is_a_block_of_its_own() -> None:
    assert blocks(read("# Licence.\n\n\ndef retry():\n    return 1\n"))[0] == "# Licence."


def test_a_small_definition_is_one_block_and_a_large_one_is_cut_inside() -> None:
    small = "class A:\n    def b(self):\n        return 1\n"
    large = "class A:\n" + "".join(
        f"    def m{n}(self):\n        return '{'x' * 80}'\n\n" for n in range(20)
    )
    assert len(large) > LARGE_BYTES
    assert len(blocks(read(small))) == 1
    assert len(blocks(read(large))) == 21
    assert [block.level for block in read(large).pages[0].blocks] == [1] + [2] * 20


@pytest.mark.parametrize(
    "text",
    [
        "def broken(:\n    x = (\n\nclass\n" * 50,
        "}{)(" * 1000,
        "[" * 5000 + "]" * 5000,
        "x = 1\r\n\r\n\r\ndef f():\r\n    return 1\r\n",
        "\n\n\n   \nx = 1\n\n",
        "def f(): return '\N{SNOWMAN}'; g = 1\nclass Ä: pass\n",
        "x = 1",
    ],
)
def test_every_word_is_in_exactly_one_block(text: str) -> None:
    assert "".join("".join(blocks(read(text))).split()) == "".join(text.split())


def test_a_language_without_a_grammar_is_cut_at_blank_lines() -> None:
    assert blocks(read("a: 1\nb: 2\n\n\nc: 3\n", "a.yaml")) == ["a: 1\nb: 2", "c: 3"]


def test_a_script_is_known_by_its_first_line() -> None:
    assert read("#!/usr/bin/env python3\ndef f(x):\n    return x\n", "run").outline[0].title == (
        "def f(x)"
    )


def test_what_is_not_utf8_is_read_with_a_warning() -> None:
    document = read_code(b"x = 'caf\xe9'\n", Path("a.py"), "a.py", "0" * 64)
    assert document.pages[0].text == "x = 'café'\n"
    assert "Latin-1" in document.warnings[0]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_code(b"\xef\xbb\xbfx = 1\n", Path("a.py"), "a.py", "").pages[0].text == "x = 1\n"


def test_a_file_of_white_space_says_so() -> None:
    with pytest.raises(NoTextInput):
        read(" \n\n")
