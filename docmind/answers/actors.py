"""Who acts in a contract: "either party may terminate" is said of the customer too.

A question that names a party by its role is answered by what is said of any party, of both, or of
none of them, though the role does not stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from docmind.retrieval.terms import Terms

_ENGLISH_ROLE = (
    r"(?:customer|client|supplier|provider|vendor|contractor|consultant|landlord|tenant|lessor"
    r"|lessee|buyer|seller|purchaser|licensor|licensee|employer|employee|borrower|lender|guarantor"
    r"|distributor|franchisor|franchisee|company|agency|insurer|insured)"
)
_HAN_ROLE = (
    r"(?:[甲乙丙丁][方]|(?:委托|受托|出租|承租|转让|受让|采购|供应|发包|承包|许可|被许可)[方人]|[买卖供需]方"
    r"|借款人|贷款人|供应商)"
)
_ROLES = re.compile(rf"\b{_ENGLISH_ROLE}\b|{_HAN_ROLE}", re.IGNORECASE)
_ANY_PARTY = re.compile(
    r"\b(?:either|each|any|neither|no|a|the other) party\b|\b(?:both|the|all) parties\b"
    r"|\bone party\b|任[何一]+方|各方|双方|一方|另一方",
    re.IGNORECASE,
)


def roles_in(question: str, terms: Terms) -> frozenset[str]:
    """The terms of the parties that a question names by their roles."""
    return frozenset(term for role in _ROLES.findall(question) for term in terms.of(role))


def is_of_any_party(text: str) -> bool:
    """Whether a text says something of parties whoever they are."""
    return _ANY_PARTY.search(text) is not None


_MODAL = r"(?:may|can|could|must|shall|should|will|would)"
_ASKED = re.compile(
    rf"\b{_MODAL} (?:the |an? |our )?(?P<role>{_ENGLISH_ROLE}|either party|a party)s?"
    r" (?P<verb>[a-z]{3,})",
    re.IGNORECASE,
)
_ASKED_HAN = re.compile(
    rf"(?P<role>{_HAN_ROLE}).{{0,12}}?(?:可以|有权|能够?|可|应当?|必须|不得)(?P<verb>[\u4e00-\u9fff]{{2}})"
)
_ENDINGS = re.compile(r"(?:e|ed|es|s|ing)$")


@dataclass(frozen=True, slots=True)
class Act:
    """What a party may or must do, as a question has it.

    `clauses` are sentences that say so, `anybodys` those that say it of whatever party; `asked`
    are the terms of the question, `roles` those of them that name the party.
    """

    clauses: re.Pattern[str]
    anybodys: re.Pattern[str]
    asked: tuple[str, ...]
    roles: frozenset[str]

    def is_in(self, text: str) -> bool:
        """Whether a text says that this party, or any party, may or must do it."""
        return self.clauses.search(text) is not None

    def is_of_another(self, text: str) -> bool:
        """Whether a text says so of another party alone."""
        return self.anybodys.search(text) is not None and not self.is_in(text)

    def covers(self, text: str, idf: Callable[[str], float]) -> float:
        """How much of the question a text speaks of, 0 to 1; any party is the one it names."""
        here = set(Terms().of(text)) | (self.roles if is_of_any_party(text) else set())
        mass = {term: idf(term) for term in self.asked}
        return sum(mass[term] for term in self.asked if term in here) / (sum(mass.values()) or 1.0)


def act_asked(question: str) -> Act | None:
    """The act that a question is about: "When may the customer terminate?"; None without one."""
    terms = Terms()
    asked, roles = tuple(terms.of_question(question)), roles_in(question, terms)
    if match := _ASKED.search(question):
        who = rf"(?:\b{match['role']}s?\b|{_ANY_PARTY.pattern})"
        does = rf"\b{_MODAL}(?: \w+){{0,2}}? {_ENDINGS.sub('', match['verb'])}"
        also = rf"\b(?:entitled|right|allowed|permitted) to {match['verb']}"
        acts = rf"[^.;:]{{0,40}}?(?:{does}|{also})"
        clauses, anybodys = who + acts, rf"\b{_ENGLISH_ROLE}s?\b{acts}"
    elif match := _ASKED_HAN.search(question):
        who = rf"(?:{match['role']}|{_ANY_PARTY.pattern})"
        acts = rf"[^。；]{{0,30}}?{match['verb']}"
        clauses, anybodys = who + acts, _HAN_ROLE + acts
    else:
        return None
    return Act(
        re.compile(clauses, re.IGNORECASE), re.compile(anybodys, re.IGNORECASE), asked, roles
    )
