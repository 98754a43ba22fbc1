"""An admission that the illness did not ask for (低标准入院)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("低标准入院", "Admission without need"),
    meaning=Text(
        "住院天数不超过限值、没有手术操作、不是急诊入院、主要诊断属于知识表所列轻症，"
        "且检查化验费占账单的比例超过限值，整份账单为疑点，涉及总费用。",
        "A short stay without a procedure, not by the emergency department, for a principal diagnosis that the"
        " knowledge"
        " lists as light, with examinations above a share of the bill; the total cost is at stake.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("diagnosis", ValueKind.CODE, Text("轻症诊断（编码开头）", "Light illness (prefix)")),
        KnowledgeColumn("diagnosis_name", ValueKind.TEXT, Text("诊断名称", "Name"), False),
    ),
    one_row_by=("diagnosis",),
    parameters=(
        Setting("longest_days", "number", Text("住院天数上限", "Longest stay")),
        Setting("examination_share", "number", Text("检查化验费占比上限", "Largest share of examinations")),
        Setting("examination_items", "codes", Text("检查化验费用项", "Fee items of examinations")),
    ),
    reads=("fee_item", "started_on", "ended_on", "diagnoses", "procedures", "admission_route"),
)
EMERGENCY = "1"
"""The admission route of who came through the emergency department."""
