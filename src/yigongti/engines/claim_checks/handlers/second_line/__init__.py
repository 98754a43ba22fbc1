"""A medicine of the second line with none of the first before it (限二线用药)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限二线用药", "Second line"),
    meaning=Text(
        "知识表列明的二线药品，患者在费用发生当日及之前若干天内没有任何一线药品的收费记录，即为疑点，涉及整行金额。",
        "A medicine of the second line for a person who was charged none of the first line on that day or in the days"
        " before it; the whole line is at stake.",
    ),
    looks_at=LooksAt.PERSON,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("二线药品编码", "Second line"), headers=("国标代码", "药品代码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("药品名称", "Name"), False, headers=("药品通用名",)),
        KnowledgeColumn("first_line", ValueKind.CODES, Text("一线药品编码", "First line")),
        KnowledgeColumn("lookback_days", ValueKind.INTEGER, Text("回溯天数", "Days looked back")),
    ),
    one_row_by=("item_code",),
    reads=("person",),
)
