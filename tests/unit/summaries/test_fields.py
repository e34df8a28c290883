"""A schema filled without a model: by names, types, tables, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from docmind.errors import ValueNotFound
from docmind.facts.mentions import Unit
from docmind.model import Block, BlockKind, Document, Kind, Mode, Page
from docmind.passages.split import split_document
from docmind.summaries.extract import ExtractOptions
from docmind.summaries.typed import numbers
from tests.unit.context.made import COUNTER, document
from tests.unit.summaries.extracting import extracted, quotes, schema

PRICES = (
    "Grade | Role | Price (EUR) | Senior",
    "A | Director | 1,420 | yes",
    "B | Architect | 990.50 | no",
    "C | Trainee | (25) | no",
)
ROW = {
    "grade": {"type": "string"},
    "role": {"type": "string"},
    "price": {"type": "number"},
    "senior": {"type": "boolean"},
}


def table(*rows: str, head: bool = True) -> Document:
    """A document of one table on one page."""
    text, blocks = "", []
    for at, row in enumerate(rows):
        kind = BlockKind.TABLE_HEAD if head and not at else BlockKind.TABLE_ROW
        blocks.append(Block(kind, len(text), len(text) + len(row)))
        text += row + "\n"
    page = Page(1, text, blocks=tuple(blocks))
    return Document("0" * 64, "prices.pdf", Kind.PDF, "Prices", (page,))


def test_a_table_becomes_an_array_of_objects_with_its_rows_as_evidence() -> None:
    source = schema(rates={"type": "array", "items": schema(["grade", "price"], **ROW)})

    made = extracted(source, document=table(*PRICES))

    assert made.data == {
        "rates": [
            {"grade": "A", "role": "Director", "price": 1420, "senior": True},
            {"grade": "B", "role": "Architect", "price": 990.5, "senior": False},
            {"grade": "C", "role": "Trainee", "price": -25, "senior": False},
        ]
    }
    assert quotes(made, "/rates/1/price") == [PRICES[2]]
    assert made.unsupported == ()
    assert made.ledger.mode is Mode.EXTRACTIVE


def test_an_array_at_the_root_is_a_table_too() -> None:
    made = extracted({"type": "array", "items": schema([], **ROW)}, document=table(*PRICES))

    assert isinstance(made.data, list)
    assert len(made.data) == 3
    assert "/0/grade" in made.evidence


def test_a_table_of_something_else_fills_nothing() -> None:
    other = schema(["city", "price"], city={"type": "string"}, price={"type": "number"})

    made = extracted(schema(x={"type": "array", "items": other}), document=table(*PRICES))

    assert made.data == {}


def test_rows_without_a_heading_are_not_guessed_at() -> None:
    source = {"type": "array", "items": schema([], **ROW)}

    assert extracted(source, document=table(*PRICES[1:], head=False)).data == []


NOTICE = "Either party may terminate this Agreement on thirty (30) days' written notice."
GOVERNED = (
    "This Agreement and any dispute that arises from it is governed by the governing law, which "
    "is the law of England and Wales, and the courts of England and Wales have jurisdiction."
)
LAW = "The governing law of this Agreement is the law of England and Wales."
FEE = "7.2 The monthly fee is EUR 4,500.50, payable within 14 days, with a discount of 2.5%."


@pytest.mark.parametrize(
    ("name", "of", "text", "expected"),
    [
        ("notice_days", {"type": "integer"}, NOTICE, 30),
        ("monthlyFee", {"type": "number"}, FEE, 4500.5),
        ("discount_percent", {"type": "number"}, FEE, 2.5),
        ("fee payable days", {"type": "integer"}, FEE, 14),
        ("commencement_date", {"format": "date"}, "“Commencement Date” means 1 April 2025.",
         "2025-04-01"),
        ("签订日期", {"format": "date"}, "本合同签订日期为2025年3月14日。", "2025-03-14"),
        ("invoice_number", {}, "Invoice number: INV-7 of last year", "INV-7 of last year"),
        ("agreement number", {}, "Agreement number NL-2025-0147 Version 3.2", "NL-2025-0147"),
        ("contact_email", {"format": "email"}, "Contact: a@b.example", "a@b.example"),
        ("reference", {"pattern": "^[A-Z]{2}-[0-9]+$"}, "Our reference is AB-12.", "AB-12"),
        ("payment terms", {"enum": ["monthly", "yearly"]}, "Payment terms: monthly", "monthly"),
        ("fee currency", {"enum": ["EUR", "USD"]}, FEE, "EUR"),
        ("governing_law", {}, LAW, "England and Wales"),
        ("governing law", {}, GOVERNED, "England and Wales"),
        ("jurisdiction", {}, GOVERNED, "England and Wales"),
        ("governing law", {}, "German law governs this Agreement.", "German law"),
        ("governing law", {}, "The governing law is that of this Agreement’s place.",
         "The governing law is that of this Agreement’s place."),
        ("适用法律", {}, "本合同的订立和解释适用法律为中华人民共和国法律。", "中华人民共和国法律"),
        ("营业收入", {"type": "number"},
         "境外收入为11.84亿元，占营业收入的28.4%。公司实现营业收入41.70亿元。", 4_170_000_000),
        ("bank of the supplier", {}, "The bank of the Supplier is Harrow Trust.", "Harrow Trust"),
        ("reason of termination", {}, "The reason of termination is a breach by Marlow Ltd.",
         "The reason of termination is a breach by Marlow Ltd."),
        ("insurance_amount", {"type": "number"}, "The insurance lasts for six (6) years.", None),
        ("automatic renewal", {"type": "boolean"}, "There is no automatic renewal of it.", False),
        ("automatic renewal", {"type": "boolean"}, "The contract has automatic renewal.", True),
        ("warranty_months", {"type": "integer"}, FEE, None),
    ],
)  # fmt: skip
def test_a_value_is_found_by_its_name_and_its_looks(
    name: str, of: dict[str, Any], text: str, expected: object
) -> None:
    shape = {"type": "string", **of} if "enum" not in of else of
    nullable = {"anyOf": [shape, {"type": "null"}]}

    made = extracted(
        schema([], **{name: nullable}), document=document("a.pdf", ["Some heading."], [text])
    )

    assert made.data == {name: expected}
    assert made.unsupported == ()


def test_a_property_of_an_object_is_only_found_where_that_is_spoken_of() -> None:
    text = ["The supplier’s email is s@x.example.", "The customer’s email is c@x.example."]
    email = schema(email={"type": ["string", "null"], "format": "email"})

    made = extracted(
        schema(customer=email, supplier=email, agent=email), document=document("a.pdf", text)
    )

    assert made.data == {
        "customer": {"email": "c@x.example"},
        "supplier": {"email": "s@x.example"},
    }


PARTIES = (
    "This Agreement is made between Northmoor Logistics plc (the “Customer”) and Calder Vane "
    "Limited (the “Supplier”)."
)


def test_parties_are_found_by_what_the_contract_calls_them() -> None:
    text = {"type": "string"}
    source = schema(
        customer=schema(name=text),
        parties={"type": "array", "items": schema(name=text, role=text)},
    )

    made = extracted(source, document=document("a.pdf", [PARTIES]))

    assert made.data == {
        "customer": {"name": "Northmoor Logistics plc"},
        "parties": [
            {"name": "Northmoor Logistics plc", "role": "customer"},
            {"name": "Calder Vane Limited", "role": "supplier"},
        ],
    }


def test_dates_are_listed_as_dates() -> None:
    source = schema(dates={"type": "array", "items": {"type": "string", "format": "date"}})
    text = ["Signed on 1 May 2024 and again on 2 June 2025.", "It ends on 1 May 2024."]

    made = extracted(source, document=document("a.pdf", text))

    assert made.data == {"dates": ["2024-05-01", "2025-06-02"]}


def test_a_title_and_a_currency_are_those_of_the_document() -> None:
    whole = document("Master agreement", ["Master agreement"], ["The fee is £500."])

    made = extracted(schema(title={"type": "string"}, currency={"type": "string"}), document=whole)

    assert made.data == {"title": "Master agreement", "currency": "GBP"}


def test_a_currency_is_cited_where_it_stands() -> None:
    made = extracted(
        schema(currency={"type": "string"}), document=document("a.pdf", ["It costs HK$500."])
    )

    assert made.data == {"currency": "HKD"}
    assert made.unsupported == ()
    assert quotes(made, "/currency") == ["It costs HK$500."]


def test_a_role_is_cited_with_the_sentence_that_gives_it() -> None:
    item = schema(name={"type": "string"}, role={"type": "string"})
    made = extracted(
        schema(parties={"type": "array", "items": item}), document=document("a.pdf", [PARTIES])
    )

    assert made.unsupported == ()
    assert quotes(made, "/parties/1/role") == [PARTIES]


def test_only_the_pages_that_are_asked_for_are_searched() -> None:
    pages = document("a.pdf", ["The annual fee is EUR 100."], ["The annual fee is EUR 200."])
    source = schema(annual_fee={"type": "number"})

    made = extracted(source, document=pages, options=ExtractOptions(pages=range(2, 3)))

    assert made.data == {"annual_fee": 200}
    assert not made.coverage.complete
    assert made.warnings == ("Only page 2 was searched.",)


def test_what_is_required_and_nowhere_fails_with_its_place() -> None:
    with pytest.raises(ValueNotFound, match="requires at /vessel"):
        extracted(schema(["vessel"], vessel={"type": "string"}))


def test_an_array_that_needs_more_items_than_there_are_fails_at_the_first_missing_one() -> None:
    source = schema(["names"], names={"type": "array", "items": {"type": "string"}, "minItems": 1})

    with pytest.raises(ValueNotFound, match="requires at /names/0"):
        extracted(source)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See clause 7.2 and Schedule 3.", []),
        ("3. Term of 12 months", [12]),
        ("Signed on 14 March 2025 in 3 copies", [3]),
        ("thirty (30) days and -20", [30, -20, 30]),
        ("about 1.5 million (or so)", [1500000]),
        ("Part INV-2024-001", []),
    ],
)
def test_numbers_are_what_counts_and_not_what_names(text: str, expected: list[object]) -> None:
    (passage,) = split_document(document("a.pdf", [text]), COUNTER)

    assert [each.value for each in numbers(Unit(passage, 0, len(text), text))] == expected
