"""The departments a demo institution may have, by the code word that the clinical lists use.

Codes follow the national list of clinical specialties (诊疗科目名录, 卫医发〔1994〕27 号), from memory: checked: false.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DepartmentKind:
    """kind: the code word; code: the specialty; beds: relative size, which staffs it."""

    kind: str
    code: str
    name: str
    name_en: str
    size: int


_KINDS = (
    DepartmentKind("cardiology", "03.04", "心血管内科", "Cardiology", 7),
    DepartmentKind("respiratory", "03.01", "呼吸内科", "Respiratory medicine", 7),
    DepartmentKind("gastroenterology", "03.02", "消化内科", "Gastroenterology", 6),
    DepartmentKind("neurology", "03.03", "神经内科", "Neurology", 7),
    DepartmentKind("haematology", "03.05", "血液内科", "Haematology", 3),
    DepartmentKind("nephrology", "03.06", "肾病学", "Nephrology", 4),
    DepartmentKind("endocrinology", "03.07", "内分泌科", "Endocrinology", 4),
    DepartmentKind("general_surgery", "04.01", "普通外科", "General surgery", 7),
    DepartmentKind("neurosurgery", "04.02", "神经外科", "Neurosurgery", 4),
    DepartmentKind("orthopaedics", "04.03", "骨科", "Orthopaedics", 7),
    DepartmentKind("urology", "04.04", "泌尿外科", "Urology", 4),
    DepartmentKind("gynaecology", "05.01", "妇科", "Gynaecology", 4),
    DepartmentKind("obstetrics", "05.02", "产科", "Obstetrics", 5),
    DepartmentKind("paediatrics", "07", "儿科", "Paediatrics", 6),
    DepartmentKind("neonatology", "07.01", "新生儿科", "Neonatology", 3),
    DepartmentKind("ophthalmology", "10", "眼科", "Ophthalmology", 4),
    DepartmentKind("ent", "11", "耳鼻咽喉科", "Ear, nose and throat", 4),
    DepartmentKind("stomatology", "12", "口腔科", "Stomatology", 3),
    DepartmentKind("dermatology", "13", "皮肤科", "Dermatology", 3),
    DepartmentKind("psychiatry", "15", "精神科", "Psychiatry", 3),
    DepartmentKind("infection", "16", "传染科", "Infectious diseases", 4),
    DepartmentKind("oncology", "19", "肿瘤科", "Oncology", 5),
    DepartmentKind("emergency", "20", "急诊医学科", "Emergency medicine", 5),
    DepartmentKind("rehabilitation", "21", "康复医学科", "Rehabilitation", 4),
    DepartmentKind("anaesthesiology", "26", "麻醉科", "Anaesthesiology", 5),
    DepartmentKind("icu", "28", "重症医学科", "Intensive care", 4),
    DepartmentKind("tcm", "50", "中医科", "Traditional Chinese medicine", 5),
    DepartmentKind("general_medicine", "03", "内科", "General medicine", 4),
    DepartmentKind("surgery", "04", "外科", "Surgery", 3),
)

DEPARTMENT_KINDS = {kind.kind: kind for kind in _KINDS}

COUNTY_GENERAL = tuple(k.kind for k in _KINDS if k.kind not in ("general_medicine", "surgery"))
TCM_HOSPITAL = (
    "cardiology",
    "respiratory",
    "gastroenterology",
    "neurology",
    "endocrinology",
    "general_surgery",
    "orthopaedics",
    "gynaecology",
    "paediatrics",
    "urology",
    "oncology",
    "rehabilitation",
    "tcm",
    "anaesthesiology",
    "emergency",
)
MATERNAL_CHILD = ("obstetrics", "gynaecology", "paediatrics", "neonatology", "anaesthesiology")
TOWNSHIP = ("general_medicine", "surgery", "paediatrics", "tcm", "rehabilitation")

_MEDICAL = (
    "cardiology",
    "respiratory",
    "gastroenterology",
    "neurology",
    "haematology",
    "nephrology",
    "endocrinology",
    "infection",
    "oncology",
    "emergency",
    "icu",
    "psychiatry",
    "dermatology",
)
_SURGICAL = (
    "general_surgery",
    "neurosurgery",
    "orthopaedics",
    "urology",
    "ophthalmology",
    "ent",
    "stomatology",
    "gynaecology",
)


def nearest_department(wanted: str, present: frozenset[str]) -> str | None:
    """The department of an institution that takes a case of the wanted kind, or None when nobody would."""
    if wanted in present:
        return wanted
    if wanted == "neonatology" and "paediatrics" in present:
        return "paediatrics"
    if wanted in _MEDICAL:
        for stand_in in ("general_medicine", "respiratory", "tcm"):
            if stand_in in present:
                return stand_in
    if wanted in _SURGICAL:
        for stand_in in ("surgery", "general_surgery"):
            if stand_in in present:
                return stand_in
    return None
