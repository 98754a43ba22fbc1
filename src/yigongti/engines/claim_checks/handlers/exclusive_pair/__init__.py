"""Two services that are not charged together (项目互斥)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("项目互斥", "Not both"),
    meaning=Text(
        "知识表列明不得同日（或同次）同时收费的两个项目；同时收费的，金额较低的项目每一行为疑点；金额相同的，"
        "以知识表中的第二个为疑点。",
        "The knowledge names pairs that are not charged on one day (or in one bill). Where both are, each line"
        " of the one"
        " that claims less is a finding; of equal ones, the second of the pair.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("项目甲", "One service"), headers=("项目编码A", "项目A编码")),
        KnowledgeColumn("other_code", ValueKind.CODE, Text("项目乙", "The other"), headers=("项目编码B", "项目B编码")),
        KnowledgeColumn(
            "item_name", ValueKind.TEXT, Text("项目甲名称", "One service, name"), False, headers=("项目名称A",)
        ),
        KnowledgeColumn(
            "other_name", ValueKind.TEXT, Text("项目乙名称", "The other, name"), False, headers=("项目名称B",)
        ),
        KnowledgeColumn("window", ValueKind.CODE, Text("范围", "Window"), values=("day", "stay")),
    ),
    one_row_by=("item_code", "other_code", "window"),
)
WINDOWS = {"day": "同日", "stay": "同次"}
