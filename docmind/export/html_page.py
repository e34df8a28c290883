"""A page of HTML that needs nothing else: it opens offline, and loads and runs nothing.

It carries a policy that forbids scripts and every request, so that nothing that a document or a
model has written can do more than be read.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from docmind.export.plain import one_line

_STYLE = """\
:root{color-scheme:light dark;--line:#8884;--soft:#7779}
body{font:16px/1.55 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.25rem;border-top:1px solid var(--line);padding-top:1.2rem}
h3{font-size:1rem;margin-bottom:.2rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);
vertical-align:top}ul{padding-left:1.3rem}a{text-decoration:none}a:hover{text-decoration:underline}
.soft{opacity:.7;font-size:.9em}.bad{color:#b3261e}q{quotes:none}
li:target{background:#fd06}summary{cursor:pointer;margin:.6rem 0}
pre{overflow-x:auto;padding:.6rem;background:#8881}.said{white-space:pre-wrap}
@media print{details>*{display:block}}
"""
_HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
<title>{title}</title><style>{style}</style></head><body>
<h1>{title}</h1>
"""
END = "</body></html>\n"


def beginning(title: str) -> str:
    """Everything up to the first heading, and that heading."""
    return _HEAD.format(title=line(title), style=_STYLE)


def line(text: str) -> str:
    """Text of a document or a model on one line, which HTML shows as it stands."""
    return escape(one_line(text))


def link(shown: str, source: str, page: int | None = None) -> str:
    """A link to a file, whose name may have any character; `shown` is HTML already."""
    if not source:
        return shown
    href = quote(source) + (f"#page={page}" if page is not None else "")
    # A relative path whose first part has a colon would be taken for a scheme: javascript:…
    return f'<a href="{href if href.startswith(("/", ".")) else f"./{href}"}">{shown}</a>'
