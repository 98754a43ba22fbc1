"""A charge after the patient's death (死亡后仍有费用)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("死亡后仍有费用", "Charged after death"),
    meaning=Text(
        "费用发生日晚于患者死亡日（任一机构的出院记录注明死亡）的，整行金额为涉及金额；死亡当日的费用不计。",
        "A charge on a day after the patient's death, as any institution's discharge tells it, is a finding of"
        " the whole"
        " line; charges on the day itself are not.",
    ),
    looks_at=LooksAt.LINE,
    reads=("died_on",),
)
