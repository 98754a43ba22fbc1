"""An item that the fund does not pay (不予支付)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("不予支付", "Not payable"),
    meaning=Text(
        "知识表列明基金不予支付的药品、饮片和项目；申报了基金支付的即为疑点，涉及申报的金额。",
        "The knowledge names items that the fund does not pay; a claim is a finding of what was claimed.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
    ),
    one_row_by=("item_code",),
)
