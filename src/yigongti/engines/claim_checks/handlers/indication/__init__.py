"""An item that is paid for some diagnoses only (限适应症)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限定适应症", "For some diagnoses"),
    meaning=Text(
        "知识表列明限某些诊断（编码开头）支付的药品和项目；本次就诊有诊断而无一符合、又申报了基金支付的即为疑点。没有任何诊断的就诊不判断。",
        "The knowledge names items that are paid for some diagnoses (beginnings of codes); a claim on a bill that has"
        " diagnoses, none of them fitting, is a finding. A bill without any diagnosis is not judged.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn("diagnoses", ValueKind.CODES, Text("诊断编码开头", "Beginnings of diagnosis codes")),
    ),
    one_row_by=("item_code",),
    reads=("diagnoses",),
)
