"""A stay with a bed and hardly any care (挂床住院)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("挂床住院", "A bed without care"),
    meaning=Text(
        "自入院日至出院前一日，除床位、护理等费用外没有任何收费的天数占住院天数的比例超过限值，"
        "且住院天数不少于限值的，整份账单为疑点；涉及这些天的全部费用。",
        "From admission to the day before discharge, the days with no charge but bed and nursing make up more"
        " than a share"
        " of a stay of at least so many days; all that was charged on these days is at stake.",
    ),
    looks_at=LooksAt.BILL,
    parameters=(
        Setting("bed_fee_items", "codes", Text("床位、护理费用项", "Fee items of bed and nursing")),
        Setting("share", "number", Text("无诊疗天数占比上限", "Largest share of days without care")),
        Setting("least_days", "number", Text("住院天数下限", "Least days of stay")),
    ),
    reads=("fee_item", "started_on", "ended_on"),
)
