"""The inputs of a clearing are kept as JSON; read again they are the same, to the digest."""

import json
from decimal import Decimal

from yigongti.engines.fund.public import Cause, ReasonablePart
from yigongti.processes.year_end_clearing.inputs import CasesInput, ClearingInputs, InstitutionInput, from_json


def given():
    cases = CasesInput("390", True, Decimal("100.00"), Decimal("60.00"), Decimal("40.00"), Decimal("3.00"))
    hospital = InstitutionInput(
        7, "H1", "county", 1000, Decimal("12.5"), Decimal("93"), Decimal("5.00"), Decimal("6.00"), (cases,)
    )
    return ClearingInputs(
        year=2026, community_id=7, community_code="H1", office_id=1, office_code="C", quota=Decimal("1000.00"),
        spending={"inside": Decimal("900.00")}, score=Decimal("93"), institutions=(hospital,),
        months={"2026-01": "digest"}, reasonable=(ReasonablePart(Cause.EPIDEMIC, Decimal("4.00"), "x"),),
    )  # fmt: skip


def test_what_was_kept_is_read_again_with_the_same_digest():
    kept = json.loads(json.dumps(given().as_json()))
    again = from_json(kept, community_id=7, office_id=1, ids={"H1": 7})
    assert again == given()
    assert again.digest("r") == given().digest("r")
