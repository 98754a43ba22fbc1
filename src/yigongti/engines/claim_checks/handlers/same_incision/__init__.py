"""Further operations through one incision at the full price (同台同切口手术未折价)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("同切口手术折价", "Operations through one incision"),
    meaning=Text(
        "同一台手术（无手术台次号的，同一次就诊同一天）中同组的两个及以上手术项目，按单价从高到低，"
        "自第二项起单价不得超过全价乘以折价比例；"
        "超出部分乘以数量为涉及金额。知识表未写全价的，以该机构该项目的最高单价为全价。",
        "Of two or more operations of one group in one operation (without a number: the bill's day), from the dearest"
        " down, the second and further may cost the full price × ratio at most; what is above, times the"
        " quantity, is at"
        " stake. Where the knowledge has no full price, it is the institution's highest price of the item.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("手术项目编码", "Operation"), headers=("项目编码",)),
        KnowledgeColumn("group", ValueKind.CODE, Text("切口组", "Group of one incision")),
        KnowledgeColumn("full_price", ValueKind.DECIMAL, Text("全价", "Full price"), False),
    ),
    one_row_by=("item_code",),
    parameters=(Setting("ratio", "number", Text("折价比例", "Ratio of the full price")),),
    reads=("unit_price",),
)
