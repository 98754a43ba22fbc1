"""A price above what the institution paid for the goods (药品、耗材加价)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text
from yigongti.foundation.schemas import ADDING_FEE_ITEMS

HANDLER = Handler(
    label=Text("加价销售", "Mark-up"),
    meaning=Text(
        "药品、耗材的单价高于本机构最近一次进价加允许加成的，差价乘数量为涉及金额。同日多次进货取最高价；"
        "每单位差价不超过半分不计；"
        "进价加成后保留四位小数。没有进价记录的不判断。",
        "A unit price above the institution's latest purchase price with the mark-up allowed is a finding of the"
        " difference"
        " times the quantity. Of several purchases on a day the dearest counts; half a fen a unit is let pass;"
        " the price with"
        " its mark-up has four places. Items without a purchase are not judged.",
    ),
    looks_at=LooksAt.LINE,
    parameters=(
        Setting("fee_items", "codes", Text("判断的费用项", "Fee items judged")),
        *(
            Setting(
                f"ratio_{item.name}",
                "number",
                Text(f"{item.label.zh}允许的加成（比率）", f"Mark-up allowed for {item.label.en}, a ratio"),
                required=False,
            )
            for item in ADDING_FEE_ITEMS
        ),
    ),
    reads=("unit_price", "fee_item", "stock_moves"),
)
LEAST_OVER = "0.005"
"""Yuan a unit: what prices of two places round away is no mark-up."""
