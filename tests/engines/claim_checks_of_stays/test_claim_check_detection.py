"""Precision and recall of the checks against a truth table."""

from __future__ import annotations

from typing import Any

import pytest

from yigongti.engines.claim_checks.detection import ANY_CHECK, measure_detection, wilson_lower

STRENGTHS = {"pair": "violation", "price": "violation", "split": "doubtful", "stock": "doubtful", "share": "clue"}


def finding(check: str, case: str = "c1", line: int | None = 1, **more: Any) -> dict[str, Any]:
    return {"check": check, "institution_code": "A", "case_id": case, "line_number": line, "other": ""} | more


def planted(check: str, case: str = "c1", line: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "check": check, "institution_code": "A", "case_id": case, "line_number": line, "item_code": "", "follows": ""
    } | more  # fmt: skip


def test_a_planted_line_that_its_check_found_is_found() -> None:
    measured = measure_detection([finding("pair")], [planted("pair")], STRENGTHS).of("pair")
    assert (measured.precision.value, measured.recall.value) == (1.0, 1.0)


def test_another_line_is_missed_and_a_false_alarm() -> None:
    detection = measure_detection([finding("pair", line=2)], [planted("pair")], STRENGTHS)
    assert (detection.of("pair").precision.value, detection.of("pair").recall.value) == (0.0, 0.0)
    assert [row["line_number"] for row in detection.missed] == ["1"]
    assert [row["line_number"] for row in detection.false_alarms] == [2]


def test_another_check_on_the_line_does_not_find_it() -> None:
    detection = measure_detection([finding("price")], [planted("pair")], STRENGTHS)
    assert detection.of("pair").recall.value == 0.0
    assert len(detection.false_alarms) == 1


def test_a_bill_is_found_by_a_finding_of_the_bill() -> None:
    detection = measure_detection([finding("split", line=None)], [planted("split", line="")], STRENGTHS)
    assert detection.of("split").recall.value == 1.0


def test_a_consequence_is_right_to_find_and_no_miss() -> None:
    truth = [planted("pair"), planted("price", follows="pair")]
    found = measure_detection([finding("pair"), finding("price")], truth, STRENGTHS)
    assert (found.of("price").precision.value, found.of("price").recall.value) == (1.0, None)
    assert measure_detection([finding("pair")], truth, STRENGTHS).missed == ()


def test_a_bill_that_is_wrong_altogether_covers_whatever_is_found_on_it() -> None:
    truth = [planted(ANY_CHECK, line="", follows="front_page_defects")]
    assert measure_detection([finding("pair"), finding("split", line=None)], truth, STRENGTHS).false_alarms == ()


def test_an_item_of_an_institution_is_found_by_its_item() -> None:
    truth = [planted("stock", "", "", item_code="X1")]
    right = measure_detection([finding("stock", "", None, other="X1")], truth, STRENGTHS)
    wrong = measure_detection([finding("stock", "", None, other="X2")], truth, STRENGTHS)
    assert (right.of("stock").recall.value, wrong.of("stock").recall.value) == (1.0, 0.0)


def test_an_institution_is_found_whatever_else_the_finding_names() -> None:
    truth = [planted("share", "", "")]
    detection = measure_detection([finding("share", "", None, other="3家")], truth, STRENGTHS)
    assert (detection.missed, detection.false_alarms) == ((), ())


def test_several_findings_of_a_check_on_a_row_count_once() -> None:
    measured = measure_detection([finding("pair"), finding("pair")], [planted("pair")], STRENGTHS).of("pair")
    assert measured.precision.all == 1


def test_a_strength_adds_its_checks_up() -> None:
    detection = measure_detection(
        [finding("pair"), finding("price", line=2)], [planted("pair"), planted("price")], STRENGTHS
    )
    assert [(row.name, row.recall.good, row.recall.all) for row in detection.strengths] == [("violation", 1, 2)]


def test_a_fault_of_a_check_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing_like_it"):
        measure_detection([], [planted("nothing_like_it")], STRENGTHS)


def test_the_bound_of_nine_in_nine_is_that_of_the_textbook() -> None:
    # Wilson, one-sided 95 %: 9 / (9 + 1.6449²)
    assert wilson_lower(9, 9) == pytest.approx(9 / (9 + 1.6448536269514722**2))
    assert wilson_lower(0, 9) == 0.0
    assert wilson_lower(50, 100) == pytest.approx(0.41886, abs=1e-4)
