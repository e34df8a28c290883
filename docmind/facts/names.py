"""Who a document names: the parties of a contract, organizations, people with their office.

Names are found by what stands at their edges (a legal form, a title, "甲方："), never by
their capitals alone: a list of facts with "Business Day" among its people is worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docmind.facts.mentions import Mention, Unit, one_line

_WORD = r"[A-Z][\w&'’.-]*"
_LEGAL_FORM = (
    r"(?:Incorporated|Inc\.?|Corporation|Corp\.?|Limited|Ltd\.?|L\.?L\.?C\.?|L\.?L\.?P\.?|plc"
    r"|PLC|GmbH"
    r"|KGaA|AG|S\.A\.(?:S\.)?|N\.V\.|B\.V\.|S\.p\.A\.|S\.r\.l\.|Pty\.? Ltd\.?|Oyj?|A/S"
    r"|Co\., Ltd\.?"
    r"|& Co\.(?: KG)?)"
)
_COMPANY = re.compile(
    rf"\b(?P<name>{_WORD}(?:\s+(?:&\s+)?{_WORD}){{0,5}}?),?\s+"
    rf"(?P<form>{_LEGAL_FORM}(?:\s+{_LEGAL_FORM})?)(?![\w-]|\s+(?:Warranty|Liability"
    rf"|Partnership|Edition))"
)
_INSTITUTION = re.compile(
    r"\b(?:(?:University|Institute|Bank|Ministry|Department|Centre|Center|Bureau|College|School)"
    rf" (?:of|for) (?:the )?{_WORD}(?: (?:and |of |for )?{_WORD}){{0,4}}"
    rf"|(?:{_WORD} ){{1,4}}(?:University|Institute|Foundation|Bank|Trust|Association|Commission"
    r"|Agency|Council|Authority|College|Research Center|Society|Federation|Organi[sz]ation))\b"
)
_NO_NAME = re.compile(
    r"^(?:The|This|That|A|An|Any|Each|Our|Your|Its|Their|His|No|Such|In|On|At|By|For|From|To"
    r"|With|Of"
    r"|And|Or|When|While|If|As|See|Both|Some|Most|All|Under|Dear|Between|Copyright|Source|Former"
    r"|About|Report|Consent|Note|Table|Figure|Section|Item|Part|Appendix)\s+"
)
_SHORTEST = 2
_GENERIC = frozenset(
    "National Exchange International Federal State Local Public Professional European American"
    " Co. U.S.A., Company University Regional Central Commercial General Stock".split()
)
_HAN_NAME = r"[\u4e00-\u9fff]"
_HAN_ORGANIZATION = re.compile(
    rf"(?P<name>{_HAN_NAME}{{2,18}}?(?:有限责任公司|股份有限公司|有限公司|集团公司|事务所|大学"
    rf"|研究院"
    r"|研究所|银行|基金会|保险公司|证券公司))(?:（(?:特殊普通合伙|有限合伙|中国|集团)）)?"
)
_HAN_BEFORE = re.compile(
    r".*(?:[由与向对给及在经将把从被的是和为至或]|聘请|委托|其中|包括|以及|隶属于|来自|控股"
    r"|参股|收购|子公司"
    r"|年报|第三方|采购自|毕业于|任职于|披露|设立|设有|续聘)"
)

_HAN_GENERIC = re.compile(
    r".{0,1}(?:会计师|律师|证券|商业|股份制|中央)?(?:事务所|有限公司|公司|大学|研究院|研究所"
    r"|银行)|.{0,2}"
)

_DEFINED_NAME = re.compile(
    r"\(\s*(?:hereinafter|hereafter|together with [^()]{0,60}?,?)?\s*(?:referred to as|called"
    r"|being)?"
    r"\s*(?:the\s+|an?\s+)?[\"“]?(?P<term>[A-Z][A-Za-z ]{2,30}?)[\"”]?\s*\)"
)
_PREAMBLE = re.compile(
    r"\b(?:between|by and (?:among|between)|incorporated|registered (?:office|number|in)"
    r"|a (?:\w+ ){0,3}"
    r"(?:company|corporation|partnership)|residing at|organi[sz]ed under)\b",
    re.IGNORECASE,
)
_HAN_ROLES = (
    "甲方|乙方|丙方|丁方|委托方|委托人|受托方|受托人|出租方|出租人|承租方|承租人|买方|卖方"
    "|买受人|出卖人"
    "|发包人|发包方|承包人|承包方|供方|需方|转让方|受让方|借款人|贷款人|保证人|许可方"
    "|被许可方|采购人|供应商"
)
_HAN_PARTY = re.compile(
    rf"(?:^|[\s；;])(?P<role>{_HAN_ROLES})(?:\s*[（(][^）)]{{0,20}}[）)])?\s*[：:]\s*"
    r"(?P<name>[^，,。；;：:\s（(]{2,40}(?:[（(][\u4e00-\u9fff]{2,8}[）)][\u4e00-\u9fff]{2,20})?)"
)
_FIRST_PAGES = 8

_PERSON = r"[A-Z][a-zà-ÿ'’]+(?:-[A-Z][a-zà-ÿ'’]+)?"
_PARTICLES = r"(?: (?:de|van|von|der|la|al|bin))*"
_FULL_NAME = rf"{_PERSON}(?: [A-Z]\.)*{_PARTICLES}(?: {_PERSON}(?:-{_PERSON})?){{1,2}}"
_OFFICE = (
    r"(?:(?:(?:Executive |Senior |Managing |Vice |Deputy |Associate "
    r"|Assistant )*(?:Chief [A-Z]\w+(?: [A-Z]"
    r"\w+)? Officer|President|Chair(?:man|woman|person)?"
    r"|Director(?: of [A-Z]\w+(?: [A-Z]\w+)?)?|Secretary"
    r"|Treasurer|Partner|Editor|Professor|Manager|Head of [A-Z]\w+|Counsel|Commissioner"
    r"|Ambassador|Minister"
    r"|General Counsel|Researcher|Analyst))|CEO|CFO|COO|CTO)"
)
_PEOPLE = (
    re.compile(
        rf"\b(?P<kind>Mr|Mrs|Ms|Dr|Prof|Professor|Sir|Dame|Judge"
        rf"|Senator)\.? (?P<name>(?:{_FULL_NAME})"
        rf"|{_PERSON})"
    ),
    re.compile(rf"\b(?P<name>{_FULL_NAME}), (?:the |our |its )?(?P<kind>{_OFFICE})(?![\w-])"),
    re.compile(
        rf"(?:\b(?:Name|Contact|Attention|Author|Signed by|Prepared by"
        rf"|Chair)\s*[:：]\s*)(?P<name>{_FULL_NAME})"
    ),
)
_AUTHORS = re.compile(
    r"(?<![\w.])(?P<name>(?:[A-Z]\. ?){1,3}[A-Z][a-zà-ÿ'’]+(?:-[A-Z][a-zà-ÿ'’]+)?)"
)
_AUTHORS_IN_FULL = re.compile(
    rf"(?P<name>{_FULL_NAME})\s*(?:[\d¹²³⁴*∗†‡,]+|(?=\s*(?:and\s|&|;|$)))"
)
_SIGNATURES = re.compile(r"(?:Name|Signed|Signatory)\s*\|")
_IN_CELL = re.compile(rf"\|\s*(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?(?P<name>{_FULL_NAME})\s*(?=\||$)")
_NO_PERSON = re.compile(
    r"\b(?:President|Officer|Executive|Vice|Senior|Director|Manager|Stock|Market|Division|Since|Board"
    r"|Committee|Company|Section|Report|Research|Name|Position|Title|Date|University|Institute|Group"
    r"|Department|Street|Road|Abstract|Version|Center|Centre|Agreement|Annual|Per|Share|Shares|Common"
    r"|Par|Value|Notes?|Due|Exchange|Securities|Form|File|Number|Item|Table|Contents)\b"
)
"""Words with a capital that are part of titles and places, not of names."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚"
    "卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康"
)
_HAN_OFFICES = (
    "独立董事|执行董事|董事长|副董事长|董事会秘书|董事|监事会主席|监事|副总经理|总经理|总裁"
    "|副总裁|首席执行官"
    "|财务总监|财务负责人|总工程师|首席科学家|法定代表人|负责人|主席|秘书长|院长|校长|教授"
    "|主任|联系人"
)
_HAN_PEOPLE = (
    re.compile(
        rf"(?P<kind>{_HAN_OFFICES})(?:为|是|：|:"
        rf"|\s)?\s*(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
        r"(?=[自于在，,。；;、（(：:的任将已和与]|\s|先生|女士|$)"
    ),
    re.compile(rf"(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?P<kind>先生|女士)"),
)
_HAN_NO_NAME = re.compile(r"[会年月日司部长员责任务和应须均为]")


def organizations(unit: Unit) -> Iterator[Mention]:
    """Companies by their legal form, institutions by what they call themselves."""
    for match in _COMPANY.finditer(unit.text):
        yield from _named(unit, match.start("name"), match.end())
    for match in _INSTITUTION.finditer(unit.text):
        yield from _named(unit, match.start(), match.end())
    for match in _HAN_ORGANIZATION.finditer(unit.text):
        before = _HAN_BEFORE.match(unit.text, match.start("name"), match.end("name") - 3)
        start = before.end() if before else match.start("name")
        if not _HAN_GENERIC.fullmatch(unit.text, start, match.end("name")):
            yield _mention(unit, start, match.end(), "")


def _named(unit: Unit, start: int, end: int) -> Iterator[Mention]:
    """A name without the small words that a sentence puts before it."""
    while opening := _NO_NAME.match(unit.text[start:end]):
        start += opening.end()
    words = unit.text[start:end].split()
    if len(words) < _SHORTEST or len(words[0].rstrip(",.")) == 1:
        return
    generic = len(words) == _SHORTEST and words[0] in _GENERIC
    if not generic and not unit.text[start:end].isupper():
        yield _mention(unit, start, end, "")


def _mention(unit: Unit, start: int, end: int, kind: str) -> Mention:
    value = one_line(unit.text[start:end])
    key = re.sub(r"[\W_]+", "", value).casefold()
    return Mention(unit, start, end, key, value, kind)


def parties(unit: Unit) -> Iterator[Mention]:
    """Who a contract binds, by what it calls them: its first pages say so."""
    if unit.passage.page > _FIRST_PAGES:
        return
    for match in _HAN_PARTY.finditer(unit.text):
        if "_" not in match["name"]:
            yield _mention(unit, match.start("name"), match.end("name"), match["role"])
    if not _PREAMBLE.search(unit.text):
        return
    begin = 0
    for match in _DEFINED_NAME.finditer(unit.text):
        name = _party_before(unit, begin, match.start())
        begin = match.end()
        if name is not None:
            yield _mention(unit, *name, match["term"].lower())


def _party_before(unit: Unit, begin: int, end: int) -> tuple[int, int] | None:
    """The name to which a defined name belongs: the first one since the defined name before it."""
    company = _COMPANY.search(unit.text, begin, end)
    if company is not None:
        for mention in _named(unit, company.start("name"), company.end()):
            return mention.start, mention.end
    person = re.compile(_FULL_NAME).search(unit.text, begin, end)
    resides = re.search(r"resid|individual", unit.text[begin:end])
    return person.span() if person is not None and resides else None


def people(unit: Unit) -> Iterator[Mention]:
    """People by their title or office, authors by the line in which they stand."""
    for pattern in (*_PEOPLE, *_HAN_PEOPLE):
        for match in pattern.finditer(unit.text):
            if _HAN_NO_NAME.search(match["name"]) or _NO_PERSON.search(match["name"]):
                continue
            kind = match.groupdict().get("kind") or ""
            title = kind in {"Mr", "Mrs", "Ms", "Dr", "Sir", "Dame", "先生", "女士"}
            yield _mention(unit, *match.span("name"), "" if title else kind.lower())
    if _SIGNATURES.match(unit.text):
        for match in _IN_CELL.finditer(unit.text):
            if not _NO_PERSON.search(match["name"]):
                yield _mention(unit, *match.span("name"), "")
    if unit.passage.page == 1 and not unit.in_table and not _PEOPLE[1].search(unit.text):
        yield from _authors(unit)


def _authors(unit: Unit) -> Iterator[Mention]:
    """The names of a line of authors, which is little else; a sentence is much else."""
    for pattern in (_AUTHORS, _AUTHORS_IN_FULL):
        found = list(pattern.finditer(unit.text))
        covered = sum(len(each.group()) + 2 for each in found)
        if covered * 2 > len(unit.text) and len(found) > (pattern is _AUTHORS_IN_FULL):
            for match in found:
                if not _NO_PERSON.search(match["name"]):
                    yield _mention(unit, *match.span("name"), "author")
            return
