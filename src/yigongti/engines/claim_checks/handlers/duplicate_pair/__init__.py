"""A service charged beside one that contains it (重复收费)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("重复收费", "Charged twice"),
    meaning=Text(
        "知识表列明主项目的内涵已含的项目；同日（或同次）两者同时收费的，被包含项目的每一行为疑点，涉及整行金额。",
        "The knowledge names services that are part of others; where both are charged on one day (or in one bill), each"
        " line of the part is a finding, with the whole line at stake.",
    ),
    looks_at=LooksAt.BILL,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("主项目", "The whole"), headers=("项目编码A", "项目A编码")),
        KnowledgeColumn(
            "other_code", ValueKind.CODE, Text("被包含项目", "The part"), headers=("项目编码B", "项目B编码")
        ),
        KnowledgeColumn(
            "item_name", ValueKind.TEXT, Text("主项目名称", "The whole, name"), False, headers=("项目名称A",)
        ),
        KnowledgeColumn(
            "other_name", ValueKind.TEXT, Text("被包含项目名称", "The part, name"), False, headers=("项目名称B",)
        ),
        KnowledgeColumn("window", ValueKind.CODE, Text("范围", "Window"), values=("day", "stay")),
    ),
    one_row_by=("item_code", "other_code", "window"),
)
WINDOWS = {"day": "同日", "stay": "同次"}
