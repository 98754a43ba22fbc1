"""A medicine or treatment paid for a limited course only (限支付疗程)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("限支付疗程", "Paid for a limited course"),
    meaning=Text(
        "一次住院或就诊中，知识表所列药品、项目的用药天数合计（没有用药天数的按收费天数计）超过支付疗程的，"
        "自超出之日起各行为疑点，按超出天数的比例计金额。",
        "In a bill, the days of supply of an item (without them, the days on which it was charged) may add up to the"
        " course; the lines beyond are findings, with the share of the days beyond at stake.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn(
            "item_code", ValueKind.CODE, Text("编码", "Code"), headers=("国标代码", "药品代码", "项目编码")
        ),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名", "项目名称")),
        KnowledgeColumn("max_days", ValueKind.INTEGER, Text("支付疗程（天）", "Days paid"), headers=("支付疗程",)),
    ),
    one_row_by=("item_code",),
)
