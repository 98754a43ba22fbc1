"""Discharges: one row per front page of a discharged case.

Column names of files: the pinyin columns and the national interface's letter-number columns as transcribed in
public repositories, completed from memory; check against the current year's interface before going live.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas.base import Column, FactTable, Kind, columns_of_standard
from yigongti.foundation.schemas.fees import FEE_ITEMS

_SEX = ("0", "1", "2", "9")
_YES_NO = ("1", "2")


_c = columns_of_standard("front-page-2011")


_IDENTITY = (
    _c("institution_code", Kind.CODE, "医疗机构代码", "Institution", "USERNAME", "A01", required=True),
    _c(
        "case_id",
        Kind.CODE,
        "病例号",
        "Case",
        "",
        "",
        required=True,
        meaning="Names the stay within the institution; files without it get record number and admission count.",
    ),
    _c("medical_record_number", Kind.CODE, "病案号", "Medical record number", "BAH", "A48"),
    _c("admission_count", Kind.INTEGER, "住院次数", "Times admitted", "ZYCS", "A49"),
    _c("health_card_number", Kind.CODE, "健康卡号", "Health card", "JKKH", "A47"),
    _c(
        "payment_method",
        Kind.CODE,
        "医疗付费方式",
        "Payment method",
        "YLFKFS",
        "A46C",
        codes=("1", "2", "3", "4", "5", "6", "7", "8", "9"),
    ),
    _c("name", Kind.TEXT, "姓名", "Name", "XM", "A11"),
    _c("sex", Kind.CODE, "性别", "Sex", "XB", "A12C", codes=_SEX),
    _c("birth_date", Kind.DATE, "出生日期", "Birth date", "CSRQ", "A13"),
    _c("age_years", Kind.INTEGER, "年龄（岁）", "Age in years", "NL", "A14", unit="year"),
    _c(
        "age_days",
        Kind.INTEGER,
        "不足一周岁天数",
        "Age in days under one year",
        "BZYZSNL",
        "A16",
        unit="day",
        meaning="Days since birth; filled for those under one year. Pinyin files write months as a mixed fraction.",
    ),
    _c("birth_weight_g", Kind.INTEGER, "新生儿出生体重", "Birth weight", "XSECSTZ", "A18x01", unit="g"),
    _c("admission_weight_g", Kind.INTEGER, "新生儿入院体重", "Weight on admission", "XSERYTZ", "A17", unit="g"),
    _c("resident_number", Kind.CODE, "身份证号", "Resident number", "SFZH", "A20"),
    _c("nationality", Kind.CODE, "国籍", "Nationality", "GJ", "A15C"),
    _c("ethnicity", Kind.CODE, "民族", "Ethnicity", "MZ", "A19C"),
    _c("marital_status", Kind.CODE, "婚姻", "Marital status", "HY", "A21C", codes=("1", "2", "3", "4", "9")),
    _c("occupation", Kind.CODE, "职业", "Occupation", "ZY", "A38C"),
    _c("address", Kind.TEXT, "现住址", "Address", "XZZ", "A26"),
    _c("phone", Kind.CODE, "电话", "Telephone", "DH", "A27"),
    _c("contact_name", Kind.TEXT, "联系人姓名", "Contact", "LXRXM", "A32"),
    _c("contact_phone", Kind.CODE, "联系人电话", "Contact telephone", "LXRDH", "A35"),
)

_STAY = (
    _c("admission_route", Kind.CODE, "入院途径", "Admission route", "RYTJ", "B11C", codes=("1", "2", "3", "9")),
    _c("admitted_at", Kind.INSTANT, "入院时间", "Admitted", "RYSJ", "B12"),
    _c("admission_department_code", Kind.CODE, "入院科别", "Admission department", "RYKB", "B13C"),
    _c("discharged_at", Kind.INSTANT, "出院时间", "Discharged", "CYSJ", "B15", required=True),
    _c("discharge_department_code", Kind.CODE, "出院科别", "Discharge department", "CYKB", "B16C"),
    _c("ward", Kind.TEXT, "出院病房", "Ward", "CYBF", "B17"),
    _c("length_of_stay_days", Kind.INTEGER, "实际住院天数", "Length of stay", "SJZYTS", "B20", unit="day"),
    _c("attending_physician", Kind.CODE, "主治医师", "Attending physician", "ZZYS", "B25"),
    _c("resident_physician", Kind.CODE, "住院医师", "Resident physician", "ZYYS", "B26"),
    _c("department_head", Kind.CODE, "科主任", "Head of department", "KZR", "B22"),
    _c("coder", Kind.CODE, "编码员", "Coder", "BMY", "B29"),
    _c(
        "discharge_disposition",
        Kind.CODE,
        "离院方式",
        "Discharge disposition",
        "LYFS",
        "B34C",
        codes=("1", "2", "3", "4", "5", "9"),
    ),
    _c("receiving_institution", Kind.TEXT, "拟接收医疗机构", "Receiving institution", "YZZY_YLJG", "B35"),
    _c(
        "readmission_plan",
        Kind.CODE,
        "31天再住院计划",
        "Planned readmission within 31 days",
        "SFZZYJH",
        "B36C",
        codes=_YES_NO,
    ),
    _c("readmission_purpose", Kind.TEXT, "再住院目的", "Purpose of readmission", "MD", "B37"),
)

_CLINICAL = (
    _c("outpatient_diagnosis", Kind.CODE, "门（急）诊诊断编码", "Outpatient diagnosis", "MZZDDM", "C01C"),
    _c(
        "diagnoses",
        Kind.CODES,
        "出院诊断编码",
        "Diagnoses",
        "JBDM{n}",
        "C06x{n:02d}C",
        head=("JBDM", "C03C"),
        meaning="Insurance edition after conversion, the principal diagnosis first.",
    ),
    _c(
        "admission_conditions",
        Kind.CODES,
        "入院病情",
        "Conditions on admission",
        "RYBQ{n}",
        "C08x{n:02d}C",
        head=("RYBQ", "C05C"),
        meaning="One for each diagnosis: 1 yes, 2 uncertain, 3 unknown, 4 no.",
    ),
    _c(
        "procedures",
        Kind.CODES,
        "手术及操作编码",
        "Procedures",
        "SSJCZBM{n}",
        "C35x{n:02d}C",
        head=("", "C14x01C"),
        meaning="Insurance edition after conversion, the principal procedure first.",
    ),
    _c(
        "procedure_dates",
        Kind.DATES,
        "手术及操作日期",
        "Procedure dates",
        "SSJCZRQ{n}",
        "C37x{n:02d}",
        head=("", "C16x01"),
    ),
    _c("procedure_levels", Kind.CODES, "手术级别", "Procedure levels", "SSJB{n}", "C38x{n:02d}", head=("", "C17x01")),
    _c("procedure_surgeons", Kind.CODES, "术者", "Surgeons", "SZ{n}", "C39x{n:02d}", head=("", "C18x01")),
    _c(
        "procedure_incisions",
        Kind.CODES,
        "切口愈合等级",
        "Incision and healing",
        "QKYHLB{n}",
        "C42x{n:02d}C",
        head=("", "C21x01C"),
        meaning="Incision 0-3, a slash, healing 1, 2, 3 or 9: “1/1”; empty for none.",
    ),
    _c(
        "procedure_anaesthesia",
        Kind.CODES,
        "麻醉方式",
        "Anaesthesia",
        "MZFS{n}",
        "C43x{n:02d}C",
        head=("", "C22x01C"),
        meaning="Two places; “99” none.",
    ),
    _c(
        "procedure_anaesthetists",
        Kind.CODES,
        "麻醉医师",
        "Anaesthetists",
        "MZYS{n}",
        "C44x{n:02d}",
        head=("", "C23x01"),
    ),
    _c("pathology_code", Kind.CODE, "病理诊断编码", "Pathology", "JBMM", "C09C"),
    _c("external_cause", Kind.CODE, "损伤中毒外部原因编码", "External cause", "H23", "C12C"),
    _c("drug_allergy", Kind.CODE, "药物过敏", "Drug allergy", "YWGM", "C24C", codes=_YES_NO),
    _c("allergy_drugs", Kind.TEXT, "过敏药物", "Allergy drugs", "GMYW", "C25"),
    _c("blood_type", Kind.CODE, "血型", "Blood type", "XX", "C26C", codes=("1", "2", "3", "4", "5", "6")),
    _c("rh", Kind.CODE, "Rh", "Rh", "RH", "C27C", codes=("1", "2", "3", "4")),
    _c("autopsy", Kind.CODE, "死亡患者尸检", "Autopsy", "SWHZSJ", "C34C", codes=_YES_NO),
    _c(
        "coma_before_minutes",
        Kind.INTEGER,
        "入院前颅脑损伤昏迷时间",
        "Coma before admission",
        "",
        "C28",
        unit="minute",
        meaning="Files write days, hours and minutes in three columns (RYQ_T, RYQ_XS, RYQ_F; C28-C30).",
    ),
    _c("coma_after_minutes", Kind.INTEGER, "入院后颅脑损伤昏迷时间", "Coma after admission", "", "C31", unit="minute"),
    _c("ventilator_hours", Kind.INTEGER, "呼吸机使用时间", "Ventilator", "", "C47", unit="hour"),
    _c("record_quality_grade", Kind.CODE, "病案质量", "Record grade", "BAZL", "B30C", codes=("1", "2", "3")),
)

_FEES = (
    _c("total_cost", Kind.MONEY, "总费用", "Total cost", "ZFY", "D01", unit="yuan"),
    _c("self_paid", Kind.MONEY, "自付金额", "Paid by the patient", "ZFJE", "D09", unit="yuan"),
    *(
        Column(
            name=item.name,
            kind=Kind.MONEY,
            label=item.label,
            unit="yuan",
            pinyin=item.pinyin,
            national=item.national,
            source="front-page-2011",
        )
        for item in FEE_ITEMS
    ),
)

DISCHARGES = FactTable(
    name="discharges",
    label=Text(zh="出院病案首页", en="Discharges"),
    key=("institution_code", "case_id"),
    amount="total_cost",
    columns=(*_IDENTITY, *_STAY, *_CLINICAL, *_FEES),
)
