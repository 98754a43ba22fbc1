"""A single herb alone in a prescription (中药饮片单方): some herbs are paid only as part of a compound."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HERBS = "fee_herbal_medicine"

HANDLER = Handler(
    label=Text("中药饮片单方", "A single herb alone"),
    meaning=Text(
        "同一处方（无处方号的，同一次就诊同一天）只有一味中药饮片，且该饮片在知识表中、纳入了基金支付，"
        "即为疑点，涉及整行金额。",
        "A prescription (without a number: the bill's day) with one herb only, which the knowledge names and the"
        " fund is"
        " asked to pay; the whole line is at stake.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("饮片编码", "Herb"), headers=("国标代码", "饮片代码")),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("饮片名称", "Name"), False, headers=("饮片名称",)),
    ),
    one_row_by=("item_code",),
    reads=("fee_item",),
)
