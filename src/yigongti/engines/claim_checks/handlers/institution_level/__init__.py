"""An item that is paid only from a level of institution up (限机构级别)."""

from yigongti.engines.claim_checks.facts import LEVELS
from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限定机构级别", "From a level of institution up"),
    meaning=Text(
        "知识表列明限某级以上机构支付的药品和项目；机构级别已知且低于要求、又申报了基金支付的即为疑点。",
        "The knowledge names items that are paid only from a level of institution up; a claim of an institution"
        " known to be"
        " of a lower one is a finding.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn(
            "min_level",
            ValueKind.CODE,
            Text("最低级别", "Lowest level"),
            headers=("限定机构级别", "限定医疗机构级别"),
            values=tuple(LEVELS),
        ),
    ),
    one_row_by=("item_code",),
    reads=("institution_level",),
)
