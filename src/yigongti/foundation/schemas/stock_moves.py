"""Stock moves: medicines and supplies in and out of an institution's stores in a month.

The columns follow the 进销存 upload of the national platform (selinfo 3501-3506), from memory: unchecked.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas.base import FactTable, Kind, columns_of_standard

_c = columns_of_standard("nhsa-interface-2304")

STOCK_MOVES = FactTable(
    name="stock_moves",
    label=Text(zh="药品耗材进销存", en="Stock moves"),
    key=("institution_code", "move_number"),
    expected=False,
    columns=(
        _c("institution_code", Kind.CODE, "医疗机构代码", "Institution", "USERNAME", "fixmedins_code", required=True),
        _c("move_number", Kind.CODE, "单据行号", "Move", "DJHH", "fixmedins_bchno", required=True),
        _c("item_code", Kind.CODE, "药品耗材编码", "Item", "XMBM", "med_list_codg", required=True),
        _c("item_name", Kind.TEXT, "名称", "Item name", "XMMC", "fixmedins_hilist_name"),
        _c("moved_on", Kind.DATE, "发生日期", "Moved on", "FSRQ", "invdate", required=True),
        _c(
            "kind",
            Kind.CODE,
            "类别",
            "Kind of move",
            "LB",
            "inv_chg_type",
            required=True,
            codes=("opening", "purchase", "return", "loss", "closing"),
            meaning="Opening and closing are counts of a day; purchases, returns to the supplier and losses are moves."
            " What was sold to patients is not among them: the fee lines tell it.",
        ),
        _c("quantity", Kind.QUANTITY, "数量", "Quantity", "SL", "cnt", required=True),
        _c("unit_price", Kind.QUANTITY, "单价", "Unit price", "DJ", "purc_pric", unit="yuan"),
    ),
)
