"""An item that only one insurance pays (限工伤保险、限生育保险)."""

from yigongti.engines.claim_checks.facts import INSURANCE_WORDS
from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限定险种", "For one insurance"),
    meaning=Text(
        "知识表列明只由某一险种（工伤、生育等）支付的药品和项目；参保险种已知且不同、又申报了基金支付的即为疑点。",
        "The knowledge names items that only one insurance pays; a claim under another known insurance is a finding.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn(
            "insurance_type",
            ValueKind.CODE,
            Text("险种", "Insurance"),
            headers=("限定险种", "限定保险类型"),
            values=tuple(INSURANCE_WORDS),
        ),
    ),
    one_row_by=("item_code",),
    reads=("insurance_type",),
)
