"""A daily dose above the label's (超说明书用量)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("超说明书日剂量", "Dose above the label"),
    meaning=Text(
        "知识表列明药品的最大日剂量（单位与明细一致）；明细的日剂量高于它即为疑点，涉及整行金额。"
        "没有日剂量的明细不判断。",
        "The knowledge names the largest daily dose of a medicine, in the unit of the lines; a larger one is a"
        " finding, with"
        " the whole line at stake. Lines without a daily dose are not judged.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn(
            "max_daily_dose", ValueKind.DECIMAL, Text("最大日剂量", "Largest daily dose"), headers=("最大日剂量",)
        ),
    ),
    one_row_by=("item_code",),
    reads=("daily_dose",),
)
