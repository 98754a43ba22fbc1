"""More days of a service than days of stay (收费数量超住院天数): beds, nursing, monitoring, oxygen."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("数量超住院天数", "More than the days of stay"),
    meaning=Text(
        "住院期间同组项目数量合计不得超过每日允许数量 × 住院天数（出院当日不计；知识表注明计出院日的加一天）；"
        "自最后一行起，超出部分为疑点，按比例计金额。",
        "In a stay, the services of a group may add up to the quantity allowed a day × the days of stay (the day of"
        " discharge not counted, unless the knowledge says so). From the last line on, what is above is a finding.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("项目编码", "Service")),
        KnowledgeColumn("group", ValueKind.CODE, Text("合计组", "Group that is added up")),
        KnowledgeColumn("per_day", ValueKind.DECIMAL, Text("每日允许数量", "Allowed a day")),
        KnowledgeColumn(
            "counts_last_day", ValueKind.CODE, Text("计出院日", "Counts the day of discharge"), values=("0", "1")
        ),
    ),
    one_row_by=("item_code", "group"),
    reads=("quantity", "started_on", "ended_on"),
)
