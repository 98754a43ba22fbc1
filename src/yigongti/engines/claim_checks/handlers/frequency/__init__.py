"""So many of a service in a day, a stay, a week, a month, a year or any run of days (限定频次)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限定频次", "Limited frequency"),
    meaning=Text(
        "同一患者在知识表所定的时间窗（日、每次就诊、自然周、月、年，或连续若干日）内某项目的数量合计超过限值；"
        "按时间先后，超出限值的各行为疑点，按比例计金额。",
        "The quantity of a service that a person was charged in a window (day, bill, week from Monday, month,"
        " year, or any"
        " run of days) above its limit; in order of time, what lies beyond is a finding with its share at stake.",
    ),
    looks_at=LooksAt.PERSON,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("项目编码", "Service"), headers=("项目编码", "国标代码")),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("项目名称", "Name"), False, headers=("项目名称",)),
        KnowledgeColumn(
            "window",
            ValueKind.CODE,
            Text("时间窗", "Window"),
            values=("day", "stay", "week", "month", "year", "sliding"),
        ),
        KnowledgeColumn("days", ValueKind.INTEGER, Text("连续天数", "Days of a sliding window"), False),
        KnowledgeColumn("max_quantity", ValueKind.DECIMAL, Text("数量上限", "At most"), headers=("限定频次",)),
    ),
    one_row_by=("item_code", "window", "days"),
)
WINDOWS = {"day": "每日", "stay": "每次就诊", "week": "每周", "month": "每月", "year": "每年"}
SLIDING = "sliding"
