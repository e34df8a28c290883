"""The Chinese annual report: cover, contents, eight chapters with tables."""

from dataclasses import replace
from pathlib import Path

from assets.samples import SOURCES
from assets.samples.recipe import Recipe, contents, headed, labels
from assets.typesetting.blocks import Style, paragraph
from assets.typesetting.flow import Paper, poured
from assets.typesetting.marks import Sheet, Strip, Stroke
from assets.typesetting.press import Edition, press
from assets.typesetting.source import blocks
from assets.typesetting.words import Type

_PAPER = Paper(left=79, right=79, top=98, bottom=88)
_COMPANY = "岚峰精工股份有限公司"
_TITLE = "二〇二五年度可持续发展与经营报告"
_TEXT = Style(Type("han", 12), 22.5, first=24, after=5)
_STYLES = {
    "body": _TEXT,
    "note_box": Style(Type("han", 9.5), 16.0, "left", before=10),
    "h1": Style(
        Type("han-bold", 17), 28.0, "center", before=20, after=12, keep_with_next=True, level=1
    ),
    "chapter": Style(
        Type("han-bold", 17),
        28.0,
        "center",
        before=20,
        after=12,
        keep_with_next=True,
        level=1,
        new_page=True,
    ),
    "signed": Style(Type("han", 12), 22.5, "right", before=4),
    "h2": Style(
        Type("han-bold", 13), 22.0, "left", before=8, after=4, keep_with_next=True, level=2
    ),
    "h3": Style(
        Type("han", 12), 22.5, "left", 24, before=2, after=2, keep_with_next=True, level=3
    ),
    "caption": Style(Type("han-bold", 10), 17.0, "center", before=5, keep_with_next=True),
    "cell": Style(Type("han", 10), 15.0, "left"),
    "cellhead": Style(Type("han-bold", 10), 15.0, "left"),
    "contents": Style(Type("han-bold", 17), 26.0, "center", after=4),
    "contents1": Style(Type("han-bold", 11), 18.5, "left", before=2),
    "contents2": Style(Type("han", 10.5), 15.1, "left", indent=22),
}
_COVER = (
    (_COMPANY, "han-bold", 20, 130),
    ("二〇二五年度", "han", 18, 90),
    ("可持续发展与经营报告", "han-bold", 26, 14),
    ("二〇二六年四月", "han", 14, 220),
    ("云泽市", "han", 12, 6),
)


def make(target: Path) -> None:
    """Write the report as a PDF."""
    recipe = Recipe(_PAPER, _STYLES, {})
    body = poured(recipe.strips(blocks(SOURCES / "annual-report-zh.txt")), _PAPER)
    front = contents(body, replace(_PAPER, bottom=66), _STYLES, "目录")
    total = len(body)
    head = f"{_COMPANY}\t{_TITLE}"
    body = headed(body, _PAPER, lambda _: head, lambda at: f"第{at}页 共{total}页")
    front = headed(front, _PAPER, lambda _: head, lambda at: ("i", "ii", "iii", "iv")[at])
    edition = Edition(
        _TITLE, _COMPANY, "经营、环境、社会与治理（示例文件）", "zh", labels(len(front) + 1)
    )
    press([_cover(), *front, *body], _PAPER, edition, target)


def _cover() -> Sheet:
    strips: list[Strip] = [Strip(1.0)]
    for text, font, size, before in _COVER:
        style = Style(Type(font, size), size * 1.5, "center", before=before)
        strips += paragraph(text, style, _PAPER.text_width)
    (sheet,) = poured(strips, replace(_PAPER, bottom=40))
    rule = Stroke(((120, 300), (475, 300)), 1.2)
    return replace(sheet, marks=(*sheet.marks, rule))
