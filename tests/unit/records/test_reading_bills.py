"""Bills as they are read; and whole records of others."""

import json
from decimal import Decimal

from yigongti.kernel.records.reading.bills import bills_of
from yigongti.kernel.records.reading.care import visits_of
from yigongti.kernel.records.reading.conditions import problems_of
from yigongti.kernel.records.reading.courses import courses_of
from yigongti.kernel.records.reading.facts import Fact, Record
from yigongti.kernel.records.reading.results import results_of


def test_a_settled_bill_tells_who_paid_and_its_claim_is_not_shown_again():
    def amount(code, value):
        return {"category": {"coding": [{"code": code}]}, "amount": {"value": value, "currency": "CNY"}}

    settled = {"resourceType": "ExplanationOfBenefit", "id": "e", "status": "active", "claim": {"reference": "Claim/c"},
               "total": [amount("submitted", 5000.50), amount("benefit", 3800), amount("copay", 1200.50)]}  # fmt: skip
    claim = {"resourceType": "Claim", "id": "c", "status": "active", "total": {"value": 5000.50}}
    (bill,) = bills_of([Fact(settled), Fact(claim)])
    assert (bill.total, [(part.code, part.amount) for part in bill.parts]) == (
        Decimal("5000.5"), [("benefit", Decimal(3800)), ("copay", Decimal("1200.5"))],
    )  # fmt: skip


def test_the_bill_of_a_settlement_list_keeps_the_parts_in_its_own_words():
    def amount(code, word, value):
        return {"category": {"coding": [{"code": code}], "text": word}, "amount": {"value": value, "currency": "CNY"}}

    settled = {"resourceType": "ExplanationOfBenefit", "id": "e", "status": "active", "created": "2026-10-05",
               "total": [amount("total", "费用总额", 800), amount("pool_fund", "统筹基金支付", 500),
                         amount("cash", "个人现金支付", 300)],
               "item": [{"productOrService": {"text": "住院费用"}}]}  # fmt: skip
    (bill,) = bills_of([Fact(settled)])
    assert bill.total == 800
    assert [part.what for part in bill.parts] == ["统筹基金支付", "个人现金支付"]
    assert bill.items == ()


def test_whole_public_records_are_read_without_a_fault(shared_data):
    for path in sorted((shared_data / "exchange" / "fhir-synthea").glob("*.json")):
        entries = json.loads(path.read_text("utf-8"))["entry"]
        record = Record.of(Fact(entry["resource"]) for entry in entries)
        assert courses_of(results_of(record.each("Observation"))) and problems_of(record.each("Condition"))
        assert bills_of(record.each("ExplanationOfBenefit", "Claim")) and visits_of(record.each("Encounter"))
