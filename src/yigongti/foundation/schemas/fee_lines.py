"""Fee lines: one row per charged item of a stay or a visit. Their amounts add up to the bill's total cost.

The columns after insurance_class are for the claim checks (engines/claim_checks); a file without them is accepted, and
a check that needs one judges only lines that have it.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas.base import FactTable, Kind, columns_of_standard
from yigongti.foundation.schemas.fees import ADDING_FEE_ITEMS

_c = columns_of_standard("nhsa-interface-2304")


FEE_LINES = FactTable(
    name="fee_lines",
    label=Text(zh="费用明细", en="Fee lines"),
    key=("institution_code", "case_id", "line_number"),
    amount="amount",
    columns=(
        _c("institution_code", Kind.CODE, "医疗机构代码", "Institution", "USERNAME", "fixmedins_code", required=True),
        _c("case_id", Kind.CODE, "病例号", "Case", "ZYH", "mdtrt_id", required=True),
        _c("line_number", Kind.INTEGER, "明细序号", "Line", "XH", "feedetl_sn", required=True),
        _c("item_code", Kind.CODE, "项目编码", "Item", "XMBM", "med_list_codg", required=True),
        _c("item_name", Kind.TEXT, "项目名称", "Item name", "XMMC", "medins_list_name"),
        _c(
            "fee_item",
            Kind.CODE,
            "首页费用项",
            "Fee item of the front page",
            "FYLB",
            "med_chrgitm_type",
            codes=tuple(item.name for item in ADDING_FEE_ITEMS),
        ),
        _c("charged_on", Kind.DATE, "费用发生日期", "Charged on", "FYRQ", "fee_ocur_time", required=True),
        _c("unit_price", Kind.QUANTITY, "单价", "Unit price", "DJ", "pric", unit="yuan"),
        _c("quantity", Kind.QUANTITY, "数量", "Quantity", "SL", "cnt"),
        _c("amount", Kind.MONEY, "金额", "Amount", "JE", "det_item_fee_sumamt", unit="yuan", required=True),
        _c("department_code", Kind.CODE, "开单科室", "Ordering department", "KDKS", "bilg_dept_codg"),
        _c("physician", Kind.CODE, "开单医师", "Ordering physician", "KDYS", "bilg_dr_codg"),
        _c("insurance_class", Kind.CODE, "甲乙丙类", "Class A, B, C", "YBLB", "chrgitm_lv", codes=("1", "2", "3")),
        _c(
            "care_setting",
            Kind.CODE,
            "就医方式",
            "Care setting",
            "JYFS",
            "med_type",
            codes=("1", "2", "3", "4", "5"),
            meaning="1 outpatient, 2 inpatient, 3 emergency, 4 pharmacy, 5 online; empty means inpatient.",
        ),
        _c("prescription_number", Kind.CODE, "处方号", "Prescription", "CFH", "rxno"),
        _c(
            "operation_number",
            Kind.CODE,
            "手术台次号",
            "Operation",
            "SSTCH",
            "",
            meaning="The same for everything done in one operation through one incision.",
        ),
        _c("days_supply", Kind.INTEGER, "用药天数", "Days of supply", "YYTS", "prd_days", unit="day"),
        _c(
            "daily_dose",
            Kind.QUANTITY,
            "日剂量",
            "Daily dose",
            "RJL",
            "",
            meaning="In the unit that the label's limit of the item is given in.",
        ),
        _c(
            "fund_amount",
            Kind.MONEY,
            "纳入基金支付范围金额",
            "Amount within the fund's scope",
            "JJZFJE",
            "inscp_scp_amt",
            unit="yuan",
            meaning="Empty: the whole amount is claimed.",
        ),
    ),
)
