"""A diagnosis that nothing on the bill speaks for (高编诊断)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("诊断无费用佐证", "A diagnosis without evidence"),
    meaning=Text(
        "住院账单的某个诊断按知识表应有的检查、治疗或药品一项也没有收费，整份账单为疑点；涉及金额记为 0，"
        "支付差额由病组支付另算。",
        "A stay has a diagnosis for which the knowledge names what should have been charged (one of it is enough), and"
        " nothing of it was. The bill is a finding of amount 0: the difference in pay is reckoned by case-mix payment.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("diagnosis", ValueKind.CODE, Text("诊断（编码开头）", "Diagnosis (prefix)")),
        KnowledgeColumn(
            "evidence_items", ValueKind.CODES, Text("佐证项目（编码开头）", "Evidence (prefixes of items)")
        ),
        KnowledgeColumn("diagnosis_name", ValueKind.TEXT, Text("诊断名称", "Name"), False),
        KnowledgeColumn("evidence_name", ValueKind.TEXT, Text("佐证说明", "Evidence in words"), False),
    ),
    reads=("diagnoses",),
)
