"""An item that is paid only where it is given so: as an inpatient, in an emergency … (限就医方式)."""

from yigongti.engines.claim_checks.facts import SETTING_WORDS
from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限定就医方式", "For a care setting"),
    meaning=Text(
        "知识表列明限门诊、住院、急诊等方式支付的药品和项目；以明细自身的就医方式为准，没有的按就诊的方式，"
        "申报了基金支付而方式不符即为疑点。",
        "The knowledge names items that are paid in some care settings only; the line's own setting counts, else"
        " the bill's;"
        " a claim in another setting is a finding.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn(
            "settings",
            ValueKind.CODES,
            Text("就医方式", "Care settings"),
            headers=("限定就医方式",),
            values=tuple(SETTING_WORDS),
        ),
    ),
    one_row_by=("item_code",),
    reads=("care_setting",),
)
