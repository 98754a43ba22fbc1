"""One person in two places at once (重叠住院、住院期间他处就诊)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("重叠住院或就诊", "In two places at once"),
    meaning=Text(
        "stay：同一患者在不同机构的两次住院时间重叠（当日出、当日入不算），后入院的账单为疑点。"
        "visit：住院期间（不含入院日、出院日）在其他机构就诊，"
        "该次就诊为疑点。均涉及总费用。",
        "stay: two stays of a person in different institutions overlap (out and in on one day do not); the one"
        " that began"
        " later is a finding. visit: a visit elsewhere between the days of admission and discharge of a stay;"
        " the visit is."
        " The total cost is at stake.",
    ),
    looks_at=LooksAt.PERSON,
    parameters=(Setting("with", "word", Text("比较对象", "What is compared"), values=("stay", "visit")),),
    reads=("person", "care_setting", "started_on", "ended_on"),
)
