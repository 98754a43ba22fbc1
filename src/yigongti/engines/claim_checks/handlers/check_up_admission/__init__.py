"""A check-up in a hospital bed (体检式住院)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("体检式住院", "A check-up in a bed"),
    meaning=Text(
        "住院天数不超过限值、没有手术操作、检查化验费占账单的比例超过限值，且主要诊断不在除外之列，"
        "整份账单为疑点，涉及检查化验的费用。",
        "A short stay without a procedure in which examinations make up more than a share of the bill, unless the"
        " principal diagnosis is excepted; what the examinations claim is at stake.",
    ),
    looks_at=LooksAt.BILL,
    parameters=(
        Setting("examination_share", "number", Text("检查化验费占比上限", "Largest share of examinations")),
        Setting("examination_items", "codes", Text("检查化验费用项", "Fee items of examinations")),
        Setting("longest_days", "number", Text("住院天数上限", "Longest stay")),
        Setting(
            "except_diagnoses", "codes", Text("除外的主要诊断（编码开头）", "Diagnoses excepted (prefixes)"), False
        ),
    ),
    reads=("fee_item", "started_on", "ended_on", "diagnoses", "procedures"),
)
