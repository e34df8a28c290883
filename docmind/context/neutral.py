"""Text that is not ours, made harmless before a language model reads it.

One character becomes one character, so that an offset into what the model reads is an offset into
the page. Everything that has structure in our prompt begins with MARK, and no foreign text keeps
one: a document cannot forge a page, a passage or the end of itself. Control tokens are broken by
what they begin with, not by a list of whole names: a list misses the token that appears when
another one is taken out of its middle.
"""

from __future__ import annotations

import re

MARK = "\N{PILCROW SIGN}"
"""Opens every tag of ours. A single token of Qwen2.5, and rare in documents."""

CITE = "[cite:"
"""Opens a citation that the model writes."""

ID = r"(?-i:[A-Z]+\d+(?:-\d+)?[a-z])"
"""The id of a passage, as the model writes it."""

NEAR_CITE = r"(?:(?:cite[ =]|\^|(?:来源|出处|引用)[:：]?) ?)?"
"""What a model that is held to no grammar may write before an id, in place of CITE."""

_FOREIGN = re.compile(
    r"<(?=[|｜])"  # <|im_start|> of ChatML and Llama 3, <｜User｜> of DeepSeek
    r"|<(?=/?(?:tool_call|tool_response|tools|think|s|unk|pad|bos|eos|mask|cls|sep)\s*/?>)"
    r"|<(?=/?(?:start_of_turn|end_of_turn|start_of_image|end_of_image|start_header_id"
    r"|end_header_id|eot_id|begin_of_text|end_of_text)\s*/?>)"
    r"|<(?=<\s*/?\s*SYS\s*>>)|(?<=<)<(?=\s*/?\s*SYS\s*>>)"  # Llama 2
    r"|\[(?=\s*/?\s*(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\s*\])"
    r"|[\[【〔(（](?=\s*cite\s*[:：])"
    rf"|[\[【〔](?={NEAR_CITE}{ID}[]】〕,，、;； ])"  # an id of ours
    rf"|{MARK}"
    "|[\ud800-\udfff]",  # halves of characters, which no server takes
    re.IGNORECASE,
)
_INSTEAD = {
    "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    **dict.fromkeys("[【〔(（", "\N{FULLWIDTH LEFT SQUARE BRACKET}"),
    MARK: "\N{REVERSED PILCROW SIGN}",
}
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


def neutralized(text: str) -> str:
    """The text, of the same length, without control tokens, tags of ours and fake citations."""
    return _FOREIGN.sub(lambda found: _INSTEAD.get(found.group(), _UNREADABLE), text)


def on_one_line(text: str) -> str:
    """A name or a title, neutralized, that cannot begin a line of its own."""
    return neutralized(" ".join(text.split()))
