"""An item for an age only (限定年龄)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限定年龄", "For an age"),
    meaning=Text(
        "知识表列明限一定年龄使用的药品和项目，上下限均含本数；按费用发生日的周岁判断，"
        "出生日期不明或晚于发生日的不判断。",
        "The knowledge names items for an age, both limits included, in completed years on the day of the charge;"
        " where the"
        " birth date is unknown or lies after that day, nothing is judged.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn("min_years", ValueKind.INTEGER, Text("最小年龄（岁）", "Youngest age"), False),
        KnowledgeColumn("max_years", ValueKind.INTEGER, Text("最大年龄（岁）", "Oldest age"), False),
    ),
    one_row_by=("item_code",),
    reads=("birth_date",),
)
