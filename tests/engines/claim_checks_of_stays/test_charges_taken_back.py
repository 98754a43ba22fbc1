"""Which charges stand: a negative line takes back the last charge of the same item and amount."""

from __future__ import annotations

from decimal import Decimal

from small_stays import check, day, judged, line, stay, visit

from yigongti.engines.claim_checks.charges import MOST_EVIDENCE, percent_text, standing


def numbers(*lines: object) -> list[int]:
    return [one.line_number for one in standing(stay("s1", 1, 9, *lines))]


def test_a_refund_takes_back_the_last_charge_of_the_same_amount() -> None:
    assert numbers(line(1, "X", 1), line(2, "X", 2), line(3, "X", 3, -10)) == [1]


def test_a_refund_of_another_amount_takes_back_nothing() -> None:
    assert numbers(line(1, "X", 1), line(2, "X", 2, -4)) == [1]


def test_two_refunds_take_back_two_charges() -> None:
    assert numbers(line(1, "X"), line(2, "X"), line(3, "X"), line(4, "X", 1, -10), line(5, "X", 1, -10)) == [1]


def test_a_refund_of_another_bill_takes_back_nothing_here() -> None:
    found = judged(
        check("frequency", [{"item_code": "X", "window": "day", "max_quantity": Decimal(1)}]),
        stay("s1", 1, 3, line(1, "X"), line(2, "X")),
        stay("s2", 1, 3, line(1, "X", 1, -10)),
    )
    assert [finding.line_number for finding in found] == [2]


def test_more_evidence_than_is_carried_is_counted_in_the_words() -> None:
    limited = check("frequency", [{"item_code": "X", "window": "month", "max_quantity": Decimal(25)}])
    [finding] = judged(limited, stay("s1", 1, 30, *(line(n, "X", n) for n in range(1, 27))))
    assert len(finding.evidence) == MOST_EVIDENCE
    assert finding.observed == "26（依据共25行）"


def test_a_version_looks_at_its_own_days_only() -> None:
    limited = check(
        "frequency",
        [{"item_code": "X", "window": "month", "max_quantity": Decimal(1)}],
        versions=((day(1), day(5)), (day(6), None)),
    )
    found = judged(limited, stay("s1", 1, 9, line(1, "X", 5), line(2, "X", 6), line(3, "X", 7)))
    assert [(finding.line_number, finding.version) for finding in found] == [(3, day(6))]


def test_a_first_line_before_the_version_began_counts() -> None:
    second = check(
        "second_line",
        [{"item_code": "D2", "first_line": ("D1",), "lookback_days": 30}],
        versions=((day(10), None),),
    )
    assert judged(second, visit("v1", 5, line(1, "D1", 5)), visit("v2", 12, line(1, "D2", 12))) == []


def test_a_share_is_rounded_half_up_to_one_decimal() -> None:
    assert percent_text(Decimal("72.45"), Decimal(100)) == "72.5%"
    assert percent_text(Decimal("0.5")) == "50.0%"
