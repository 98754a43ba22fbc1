"""What belongs to a stay charged as a visit around it (转嫁费用)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("住院费用转门诊", "A stay's costs as a visit"),
    meaning=Text(
        "入院前若干天至出院当日，同一患者在同一机构的门诊（入院当日的急诊除外）有检查、"
        "药品等费用且合计达到起点，该次就诊为疑点，涉及这些费用。",
        "From some days before admission to the day of discharge, a visit of the same person to the same"
        " institution (not"
        " the emergency visit on the day of admission) with examinations, medicines and the like of at least so"
        " many yuan;"
        " they are at stake.",
    ),
    looks_at=LooksAt.PERSON,
    parameters=(
        Setting("days", "number", Text("入院前天数", "Days before admission")),
        Setting("fee_items", "codes", Text("费用项", "Fee items")),
        Setting("least_amount", "number", Text("金额起点", "Least amount")),
    ),
    reads=("person", "care_setting", "started_on", "ended_on", "fee_item"),
)
