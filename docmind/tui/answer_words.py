"""docmind's own words under an answer in the transcript, in the languages of answers.

Only what belongs to the answer is in its language: keys, progress and errors are the program's.
"""

from __future__ import annotations

from docmind.model import Mode, Rating

MODES = {
    "en": {
        Mode.WHOLE: "whole document",
        Mode.RETRIEVE: "pages that rank best",
        Mode.EVERY_PART: "every part",
        Mode.EXTRACTIVE: "extractive",
    },
    "zh": {
        Mode.WHOLE: "全文",
        Mode.RETRIEVE: "排名最前的页",
        Mode.EVERY_PART: "逐部分",
        Mode.EXTRACTIVE: "摘句",
    },
}
WEAK = {
    "en": (
        "! Weak evidence: close to the question, but it may not answer it.",
        "! Weak evidence: what was read does not say so.",
    ),
    "zh": ("! 证据较弱：与问题相近，但未必能回答问题。", "! 证据较弱：所读内容不支持以下说法。"),
}
"""Of sentences that were found, and of what a model wrote."""
INCOMPLETE = {"en": "incomplete", "zh": "不完整"}
ABOUT = {"en": "about ", "zh": "约 "}
OF_WINDOW = {"en": " of {:,}", "zh": " / {:,}"}
TOKENS = {"en": "{}{:,}{} tokens", "zh": "{}{:,}{} 个词元"}
READ = {"en": "read {:,} of {:,} pages", "zh": "已读 {:,} / {:,} 页"}
SEARCHED = {"en": "searched {:,} of {:,} pages", "zh": "已检索 {:,} / {:,} 页"}
NOT_READABLE = {"en": "{:,} not readable", "zh": "{:,} 页无法读取"}
SECONDS = {"en": "{:.1f} s", "zh": "{:.1f} 秒"}
CACHED = {"en": "{:,} cached", "zh": "{:,} 个来自缓存"}
UNSUPPORTED = {
    "en": (
        "! 1 statement is marked [?]: no support was found in what was read.",
        "! {} statements are marked [?]: no support was found in what was read.",
    ),
    "zh": ("! {} 条陈述标有 [?]：在所读内容中没有找到依据。",) * 2,
}
NOT_READ_YET = {
    "en": "{:,} of {:,} documents had not been read yet when this was asked: {}",
    "zh": "提问时，{1:,} 份文档中有 {0:,} 份尚未读完：{2}",
}
STILL_LOADING = {
    "en": "Sentences of the text: the model is still loading."
    " Ask again ({pane}, then {again}) when it is ready.",
    "zh": "这些是文中的句子：模型仍在加载。就绪后可再问一次（先按 {pane}，再按 {again}）。",
}
NO_ANSWER = {"en": "No answer was found.", "zh": "没有找到答案。"}
PAGE = {"en": "p.{}", "zh": "第 {} 页"}
ALL_EXACT = {"en": "all exact", "zh": "全部逐字一致"}
SHOWS = {
    "en": (
        "{pane}, then {digits} shows it on its page",
        "{pane}, then {digits} shows one on its page",
    ),
    "zh": ("先按 {pane}，再按 {digits} 可查看所在页",) * 2,
}

RATED = {
    "en": {Rating.UP: "+ rated as good", Rating.DOWN: "- rated as bad"},
    "zh": {Rating.UP: "+ 评为好回答", Rating.DOWN: "- 评为差回答"},
}
SHOULD_SAY = {"en": "it should say: {}", "zh": "应当是：{}"}
