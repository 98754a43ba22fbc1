"""Visits: one row per outpatient, emergency, pharmacy or online encounter; its charged items are fee lines."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas.base import FactTable, Kind, columns_of_standard

_c = columns_of_standard("nhsa-interface-2304")

VISITS = FactTable(
    name="visits",
    label=Text(zh="门急诊就诊", en="Visits"),
    key=("institution_code", "case_id"),
    amount="total_cost",
    expected=False,
    columns=(
        _c("institution_code", Kind.CODE, "医疗机构代码", "Institution", "USERNAME", "fixmedins_code", required=True),
        _c("case_id", Kind.CODE, "就诊号", "Visit", "JZH", "mdtrt_id", required=True),
        _c(
            "care_setting",
            Kind.CODE,
            "就医方式",
            "Care setting",
            "JYFS",
            "med_type",
            required=True,
            codes=("1", "3", "4", "5"),
            meaning="1 outpatient, 3 emergency, 4 pharmacy, 5 online.",
        ),
        _c("visited_on", Kind.DATE, "就诊日期", "Visited on", "JZRQ", "begntime", required=True),
        _c("name", Kind.TEXT, "姓名", "Name", "XM", "psn_name"),
        _c("resident_number", Kind.CODE, "身份证号", "Resident number", "SFZH", "certno"),
        _c("sex", Kind.CODE, "性别", "Sex", "XB", "gend", codes=("0", "1", "2", "9")),
        _c("birth_date", Kind.DATE, "出生日期", "Birth date", "CSRQ", "brdy"),
        _c(
            "insurance_type",
            Kind.CODE,
            "险种类型",
            "Insurance scheme",
            "XZLX",
            "insutype",
            codes=("310", "390", "410", "510"),
            meaning="310 employees, 390 residents, 410 work injury, 510 maternity.",
        ),
        _c("department_code", Kind.CODE, "就诊科室", "Department", "JZKS", "dept_code"),
        _c("physician", Kind.CODE, "接诊医师", "Physician", "JZYS", "atddr_no"),
        _c("diagnoses", Kind.CODES, "诊断编码", "Diagnoses", "JBDM{n}", "diag_code{n}", head=("JBDM", "diag_code")),
        _c("total_cost", Kind.MONEY, "总费用", "Total cost", "ZFY", "medfee_sumamt", unit="yuan", required=True),
    ),
)
