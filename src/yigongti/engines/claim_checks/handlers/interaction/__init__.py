"""Two medicines that must not meet (药物相互作用、配伍禁忌)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("相互作用", "Interaction"),
    meaning=Text(
        "知识表列明不宜同用的两种药品；同一处方（无处方号的，同一次就诊同一天）中两者都有的，"
        "第一种的每一行为疑点，涉及整行金额。",
        "The knowledge names pairs of medicines that must not meet; where both stand in one prescription (without a"
        " number: the bill's day), each line of the first is a finding, with the whole line at stake.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("药品编码", "Medicine")),
        KnowledgeColumn("other_code", ValueKind.CODE, Text("另一药品编码", "The other")),
        KnowledgeColumn("reason", ValueKind.TEXT, Text("缘由", "Reason"), False),
    ),
    one_row_by=("item_code", "other_code"),
)
