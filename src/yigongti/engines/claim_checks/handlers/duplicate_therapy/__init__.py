"""Two medicines of one class in one prescription (重复用药)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("重复用药", "Two of one class"),
    meaning=Text(
        "同一处方（无处方号的，同一次就诊同一天）中同一药理类别的药品有两种及以上，自第二种起各行为疑点，"
        "涉及整行金额。",
        "Two or more different medicines of one class in one prescription (without a number: the bill's day); each line"
        " of another than the first is a finding, with the whole line at stake.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("药品编码", "Medicine")),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("药品名称", "Name"), False),
        KnowledgeColumn("therapy", ValueKind.CODE, Text("药理类别", "Class")),
    ),
    one_row_by=("item_code", "therapy"),
)
