"""Why the model reads what it reads, in the languages that an answer can be in.

For the ledger, where it stands beside an answer. What ends a run instead is an error, and English.
"""

from __future__ import annotations

FITS = {
    "en": "{:,} tokens with passage marks fit the window of {:,}",
    "zh": "连同段落标记共 {:,} 个词元，可放入 {:,} 的窗口",
}
DOES_NOT_FIT = {
    "en": "{:,} tokens with passage marks do not fit the window of {:,}",
    "zh": "连同段落标记共 {:,} 个词元，放不进 {:,} 的窗口",
}
MORE_THAN_SET = {
    "en": "{:,} tokens with passage marks are more than whole_up_to_tokens ({:,})",
    "zh": "连同段落标记共 {:,} 个词元，超过 whole_up_to_tokens（{:,}）",
}
MORE_THAN_READ_WELL = {
    "en": "{:,} tokens with passage marks are more than is read well at once ({:,})",
    "zh": "连同段落标记共 {:,} 个词元，超过一次能读好的长度（{:,}）",
}
ASKED_FOR = {"en": "retrieval was asked for", "zh": "按要求使用检索"}
EVERY_PART_ASKED_FOR = {
    "en": "every part was asked for: {:,}",
    "zh": "按要求逐部分通读：共 {:,} 部分",
}
EVERY_PART_READ = {
    "en": "{}; every part was read: {:,}",
    "zh": "{}；逐部分通读：共 {:,} 部分",
}
EVERY_PART = {
    "en": "{}; the question is about all of it, so every part is read: {:,}",
    "zh": "{}；问题涉及全文，因此逐部分通读：共 {:,} 部分",
}
CHOSEN = {
    "en": "{}; {:,} tokens of whole pages were chosen by search",
    "zh": "{}；由检索选出 {:,} 个词元的整页",
}
PASSAGES = {
    "en": "{}; the best page is too long for it, so {:,} tokens of single passages were read, {}",
    "zh": "{}；最合适的一页放不下，改读 {:,} 个词元的单独段落，{}",
}
FROM_THE_BEGINNING = {
    "en": "{}; {:,} tokens of whole pages were read from the beginning, as none ranks",
    "zh": "{}；检索没有结果，从头读了 {:,} 个词元的整页",
}
MAPPED = {
    "en": "{}; read were a map of {:,} of {:,} symbols and {}, {:,} tokens, {}",
    "zh": "{}；读了 {:,} / {:,} 个符号的地图和{}，共 {:,} 个词元，{}",
}
DEFINITIONS = {"en": ("1 definition", "{:,} definitions"), "zh": ("1 处定义", "{:,} 处定义")}
BY_SEARCH = {"en": "chosen by search", "zh": "由检索选出"}
NONE_RANKS = {"en": "from the beginning, as none ranks", "zh": "因检索没有结果而从头读起"}
NOT_EVERYTHING = {
    "en": "The question is about all of the documents, but not everything was read:"
    " what is left out may belong to the answer.",
    "zh": "问题涉及全部文档，但并未读完：略去的部分也可能属于答案。",
}
