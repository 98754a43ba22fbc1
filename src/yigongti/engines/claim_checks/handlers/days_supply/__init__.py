"""More days of medicine than a prescription may hold (超天数开药)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, ValueKind
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("超天数开药", "Too many days of medicine"),
    meaning=Text(
        "门急诊、药店和互联网处方的药品，用药天数超过上限的，按超出天数占比计涉及金额。"
        "知识表对某药有规定的从其规定；否则急诊按急诊天数，"
        "有慢性病诊断的按慢性病天数，其余按门诊天数。住院不判断。",
        "Medicines of other than inpatient care with more days than allowed; at stake is the share of the days"
        " beyond. A row"
        " of knowledge for the medicine overrules; else an emergency has its days, a chronic diagnosis its own,"
        " and the rest"
        " the outpatient days.",
    ),
    looks_at=LooksAt.LINE,
    knowledge=(
        KnowledgeColumn("item_code", ValueKind.CODE, Text("编码", "Code"), False, headers=("国标代码", "药品代码")),
        KnowledgeColumn("item_name", ValueKind.TEXT, Text("名称", "Name"), False, headers=("药品通用名",)),
        KnowledgeColumn("max_days", ValueKind.INTEGER, Text("最多天数", "Most days"), False, headers=("最大天数",)),
    ),
    parameters=(
        Setting("outpatient_days", "number", Text("门诊天数", "Outpatient days")),
        Setting("emergency_days", "number", Text("急诊天数", "Emergency days")),
        Setting("chronic_days", "number", Text("慢性病天数", "Days for chronic diseases")),
        Setting("chronic_diagnoses", "codes", Text("慢性病诊断编码开头", "Beginnings of chronic diagnoses")),
    ),
    one_row_by=("item_code",),
    reads=("days_supply", "fee_item"),
)
MEDICINES = ("fee_western_medicine", "fee_patent_medicine", "fee_herbal_medicine")
