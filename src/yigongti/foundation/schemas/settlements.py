"""Settlements: one row per bill that insurance settled, of a stay or a visit, here or outside the county.

A row says what the benefit engine was given and what was paid. A correction is two more rows: one that `reverses` the
wrong one with every amount negative, and the right one. Institution codes: `institution_code` is who settled and
submits (the insurance agency for bills that residents bring from outside), `treated_at` where the care was given.

The columns follow the national interface's settlement information, from memory: unchecked. Values of care, level,
place and referral are the product's own words; a file's codes are converted by a mapping profile.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas.base import FactTable, Kind, columns_of_standard

_c = columns_of_standard("nhsa-interface-2304")

CARE = ("inpatient", "outpatient", "two_diseases", "special_disease", "major_disease")
LEVELS = ("village", "township", "county", "city", "province")
PLACES = ("community", "county", "prefecture", "province", "country")
INSIDE_COUNTY = ("community", "county")
"""Places within the county: bills from elsewhere have the fund's side in the books alone."""
REFERRALS = ("none", "up", "down", "emergency", "filed")

SETTLEMENTS = FactTable(
    name="settlements",
    label=Text(zh="基金结算", en="Settlements"),
    key=("institution_code", "settlement_number"),
    amount="total_cost",
    expected=False,
    columns=(
        _c("institution_code", Kind.CODE, "结算机构代码", "Institution", "USERNAME", "fixmedins_code", required=True),
        _c("settlement_number", Kind.CODE, "结算流水号", "Settlement number", "JSLSH", "setl_id", required=True),
        _c("case_id", Kind.CODE, "病例号", "Case", "ZYH", "mdtrt_id"),
        _c(
            "reverses",
            Kind.CODE,
            "冲正的结算流水号",
            "Reverses",
            "CZLSH",
            "init_setl_id",
            meaning="The settlement that this one takes back; every amount is then negative.",
        ),
        _c("insured_number", Kind.CODE, "医保编号", "Insured number", "YBBH", "psn_no", required=True),
        _c("birth_date", Kind.DATE, "出生日期", "Birth date", "CSRQ", "brdy"),
        _c("sex", Kind.CODE, "性别", "Sex", "XB", "gend", codes=("0", "1", "2", "9")),
        _c(
            "insurance_type",
            Kind.CODE,
            "险种类型",
            "Insurance scheme",
            "XZLX",
            "insutype",
            required=True,
            codes=("310", "380", "390"),
            meaning="310 employees, 380 the rural scheme before the merger, 390 residents.",
        ),
        _c(
            "groups",
            Kind.CODES,
            "人员类别",
            "Groups of the person",
            "RYLB{n}",
            "psn_type{n}",
            meaning="Groups that benefits vary by (policy/codesets/benefit_groups.csv); empty for none.",
        ),
        _c("care", Kind.CODE, "待遇类别", "Kind of benefit", "DYLB", "med_type", required=True, codes=CARE),
        _c("treated_at", Kind.CODE, "就医机构代码", "Treated at", "JYJGDM", "med_ins_code"),
        _c("level", Kind.CODE, "就医机构级别", "Level", "JGJB", "hosp_lv", required=True, codes=LEVELS),
        _c(
            "place",
            Kind.CODE,
            "就医地",
            "Place of care",
            "JYD",
            "",
            required=True,
            codes=PLACES,
            meaning="community: within the resident's own community; county: in the other one; prefecture, province,"
            " country: outside the county, ever farther.",
        ),
        _c("referral", Kind.CODE, "转诊备案", "Referral", "ZZBA", "", required=True, codes=REFERRALS),
        _c("disease_code", Kind.CODE, "病种编码", "Disease", "BZBM", "dise_codg"),
        _c("diagnosis", Kind.CODE, "主要诊断编码", "Principal diagnosis", "ZYZD", "diag_code"),
        _c("department_code", Kind.CODE, "科室", "Department", "KS", "dept_code"),
        _c("started_on", Kind.DATE, "就诊（入院）日期", "Started", "RYRQ", "begndate", required=True),
        _c("ended_on", Kind.DATE, "就诊（出院）日期", "Ended", "CYRQ", "enddate", required=True),
        _c("settled_on", Kind.DATE, "结算日期", "Settled", "JSRQ", "setl_time", required=True),
        _c("total_cost", Kind.MONEY, "医疗费用总额", "Total cost", "ZFY", "medfee_sumamt", unit="yuan", required=True),
        _c("outside_catalogue", Kind.MONEY, "全自费", "Outside the catalogue", "QZF", "fulamt_ownpay_amt", unit="yuan"),
        _c("above_limits", Kind.MONEY, "超限价自费", "Above price limits", "CXJ", "overlmt_selfpay", unit="yuan"),
        _c("first_share", Kind.MONEY, "先行自付", "First share of class B", "XXZF", "preselfpay_amt", unit="yuan"),
        _c("deductible", Kind.MONEY, "起付线", "Deductible", "QFX", "act_pay_dedc", unit="yuan"),
        _c("pool_fund", Kind.MONEY, "统筹基金支付", "Paid by the pool", "TCJJZF", "hifp_pay", unit="yuan"),
        _c("critical_illness", Kind.MONEY, "大病保险支付", "Critical-illness cover", "DBZF", "hifmi_pay", unit="yuan"),
        _c("medical_assistance", Kind.MONEY, "医疗救助支付", "Medical assistance", "YLJZ", "maf_pay", unit="yuan"),
        _c("other_funds", Kind.MONEY, "其他基金支付", "Other funds", "QTJJ", "oth_pay", unit="yuan"),
        _c("personal_account", Kind.MONEY, "个人账户支付", "Personal account", "GRZH", "acct_pay", unit="yuan"),
        _c("cash", Kind.MONEY, "个人现金支付", "Cash", "GRXJ", "psn_cash_pay", unit="yuan"),
    ),
)
