"""Settlement lists: the fields of the insurance settlement list beyond the front page, one row per settled stay."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas.base import FactTable, Kind, columns_of_standard

_c = columns_of_standard("nhsa-settlement-list")


SETTLEMENT_LISTS = FactTable(
    name="settlement_lists",
    label=Text(zh="医保结算清单", en="Settlement lists"),
    key=("institution_code", "case_id"),
    amount="total_cost",
    columns=(
        _c(
            "institution_code",
            Kind.CODE,
            "定点医疗机构代码",
            "Institution",
            "DDYLJGDM",
            "fixmedins_code",
            required=True,
        ),
        _c("case_id", Kind.CODE, "病例号", "Case", "ZYH", "mdtrt_id", required=True),
        _c("settlement_number", Kind.CODE, "清单流水号", "Settlement number", "QDLSH", "setl_id", required=True),
        _c("insured_number", Kind.CODE, "医保编号", "Insured number", "YBBH", "psn_no"),
        _c(
            "insurance_type",
            Kind.CODE,
            "险种类型",
            "Insurance scheme",
            "XZLX",
            "insutype",
            codes=("310", "390"),
            meaning="310 employees, 390 residents.",
        ),
        _c("care_setting", Kind.CODE, "医疗类别", "Care setting", "YLLB", "med_type"),
        _c("settled_from", Kind.DATE, "结算开始日期", "Settled from", "JSKSRQ", "setl_begn_date"),
        _c("settled_to", Kind.DATE, "结算结束日期", "Settled to", "JSJSRQ", "setl_end_date", required=True),
        _c("bill_code", Kind.CODE, "票据代码", "Bill code", "PJDM", "bill_code"),
        _c("bill_number", Kind.CODE, "票据号码", "Bill number", "PJHM", "bill_no"),
        _c(
            "total_cost",
            Kind.MONEY,
            "医疗费用总额",
            "Total cost",
            "YLFYZE",
            "medfee_sumamt",
            unit="yuan",
            required=True,
        ),
        _c("pool_fund", Kind.MONEY, "统筹基金支付", "Paid by the pool", "TCJJZF", "hifp_pay", unit="yuan"),
        _c(
            "supplementary_fund",
            Kind.MONEY,
            "补充保险支付",
            "Paid by supplementary insurance",
            "BCBXZF",
            "oth_pay",
            unit="yuan",
        ),
        _c(
            "medical_assistance",
            Kind.MONEY,
            "医疗救助支付",
            "Paid by medical assistance",
            "YLJZZF",
            "maf_pay",
            unit="yuan",
        ),
        _c("patient_share", Kind.MONEY, "个人自付", "Patient's share", "GRZF", "psn_selfpay", unit="yuan"),
        _c("outside_catalogue", Kind.MONEY, "个人自费", "Outside the catalogue", "GRZFEI", "psn_ownpay", unit="yuan"),
        _c("personal_account", Kind.MONEY, "个人账户支付", "Personal account", "GRZHZF", "acct_pay", unit="yuan"),
        _c("cash", Kind.MONEY, "个人现金支付", "Cash", "GRXJZF", "psn_cashpay", unit="yuan"),
        _c(
            "hospital_payment_method",
            Kind.CODE,
            "医保支付方式",
            "How the hospital is paid",
            "YBZFFS",
            "hi_paymtd",
            codes=("1", "2", "3", "4", "5", "6", "7"),
        ),
    ),
)
