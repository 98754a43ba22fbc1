"""A price above the ceiling of the institution's level (超医院级别价格)."""

from yigongti.engines.claim_checks.facts import LEVELS
from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("超最高限价", "Above the ceiling price"),
    meaning=Text(
        "知识表按机构级别列明项目的最高价；单价高于本级最高价的，差价乘数量为涉及金额，四舍五入到分。",
        "The knowledge names the highest price of an item by level of institution; a higher unit price is a"
        " finding of the"
        " difference times the quantity, half-up to the fen.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn("level", ValueKind.CODE, Text("机构级别", "Level"), values=tuple(LEVELS)),
        KnowledgeColumn(
            "ceiling", ValueKind.DECIMAL, Text("最高价（元）", "Ceiling in yuan"), headers=("最高价", "最高限价")
        ),
    ),
    one_row_by=("item_code", "level"),
    reads=("unit_price", "institution_level"),
)
