"""An item for one sex only (限定性别)."""

from yigongti.engines.claim_checks.facts import SEX_WORDS
from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限定性别", "For one sex"),
    meaning=Text(
        "知识表列明只供男性或女性使用的药品和项目；患者性别已知且不同即为疑点，涉及整行金额。",
        "The knowledge names medicines and services for one sex; a patient known to be of the other is a finding, with"
        " the whole line at stake.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn(
            "sex",
            ValueKind.CODE,
            Text("性别", "Sex"),
            headers=("限定对象", "限定性别"),
            values=tuple(SEX_WORDS),
        ),
    ),
    one_row_by=("item_code",),
    reads=("sex",),
)
