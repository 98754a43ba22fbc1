"""More sold than ever was in stock (进销存不符)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("销售超过进销存", "Sold more than in stock"),
    meaning=Text(
        "机构某药品、耗材收费的数量超过（期初＋购进−退货−损耗−期末）×（1＋容差），即为疑点，涉及金额为超出数量 ×"
        " 平均售价；没有库存记录的项目不作判断。",
        "An institution charged more of a medicine or supply than (opening + purchases − returns − losses − closing) ×"
        " (1 + tolerance). What is above the stock, at the average price charged, is at stake. Items without"
        " stock moves"
        " are not judged.",
    ),
    looks_at=LooksAt.COUNTY,
    parameters=(
        Setting("fee_items", "codes", Text("药品耗材费用项", "Fee items of medicines and supplies")),
        Setting("tolerance", "number", Text("容差", "Tolerance")),
    ),
    reads=("fee_item", "quantity", "stock_moves"),
)
SIGNS = {"opening": 1, "purchase": 1, "return": -1, "loss": -1, "closing": -1}
"""What each kind of move adds to what could be sold."""
