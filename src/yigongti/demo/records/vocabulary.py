"""Tests, medicines and vaccines that the invented records name.

LOINC codes, units and reference ranges are from memory and of common adult values: checked: false. They serve a
demonstration and no patient.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LaboratoryTest:
    """A test: LOINC code, name, UCUM unit, reference range, mean and spread of healthy people, decimals."""

    code: str
    name: str
    unit: str
    low: float | None
    high: float | None
    mean: float
    spread: float
    places: int = 1


BLOOD_COUNT = (
    LaboratoryTest("6690-2", "白细胞计数", "10*9/L", 3.5, 9.5, 6.4, 1.6),
    LaboratoryTest("718-7", "血红蛋白", "g/L", 115, 175, 138, 14, 0),
    LaboratoryTest("777-3", "血小板计数", "10*9/L", 125, 350, 221, 52, 0),
)
CHEMISTRY = (
    LaboratoryTest("1742-6", "丙氨酸氨基转移酶", "U/L", 7, 50, 24, 11, 0),
    LaboratoryTest("14682-9", "肌酐", "umol/L", 41, 111, 72, 15, 0),
    LaboratoryTest("22664-7", "尿素", "mmol/L", 2.6, 8.8, 5.3, 1.3),
    LaboratoryTest("2823-3", "血钾", "mmol/L", 3.5, 5.3, 4.2, 0.3),
)
LIPIDS = (
    LaboratoryTest("14647-2", "总胆固醇", "mmol/L", None, 5.2, 4.7, 0.9, 2),
    LaboratoryTest("22748-8", "低密度脂蛋白胆固醇", "mmol/L", None, 3.4, 2.8, 0.7, 2),
    LaboratoryTest("14927-8", "甘油三酯", "mmol/L", None, 1.7, 1.5, 0.6, 2),
)
GLUCOSE = LaboratoryTest("14771-0", "空腹血糖", "mmol/L", 3.9, 6.1, 5.3, 0.5)
GLYCATED = LaboratoryTest("4548-4", "糖化血红蛋白", "%", 4.0, 6.0, 5.4, 0.3)

# condition of the demo county → ICD-10 code, name, medicines (name, dose)
CONDITIONS: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "hypertension": (
        "I10.x00x002",
        "高血压",
        (("氨氯地平片 5mg", "每次 1 片，每日 1 次"), ("缬沙坦胶囊 80mg", "每次 1 粒，每日 1 次")),
    ),
    "diabetes": (
        "E11.900",
        "2 型糖尿病",
        (("二甲双胍片 0.5g", "每次 1 片，每日 2 次"), ("阿卡波糖片 50mg", "每次 1 片，每日 3 次")),
    ),
    "coronary_disease": (
        "I25.103",
        "冠状动脉粥样硬化性心脏病",
        (("阿司匹林肠溶片 100mg", "每次 1 片，每日 1 次"), ("阿托伐他汀片 20mg", "每晚 1 片")),
    ),
    "stroke_sequel": ("I69.300", "脑梗死后遗症", (("氯吡格雷片 75mg", "每次 1 片，每日 1 次"),)),
    "copd": ("J44.900", "慢性阻塞性肺疾病", (("沙美特罗替卡松吸入剂", "每次 1 吸，每日 2 次"),)),
    "chronic_kidney_disease": ("N18.900", "慢性肾脏病", (("复方α-酮酸片", "每次 4 片，每日 3 次"),)),
    "severe_mental_illness": ("F20.900", "精神分裂症", (("利培酮片 1mg", "每次 1 片，每日 2 次"),)),
}

ALLERGIES = (("青霉素", "皮疹"), ("头孢呋辛", "荨麻疹"), ("磺胺类", "皮疹"), ("海鲜", "瘙痒"))

# vaccine, age in months
CHILD_VACCINES = (
    ("乙型肝炎疫苗 第1剂", 0),
    ("卡介苗", 0),
    ("脊髓灰质炎疫苗 第1剂", 2),
    ("百白破疫苗 第1剂", 3),
    ("百白破疫苗 第2剂", 4),
    ("乙型肝炎疫苗 第3剂", 6),
    ("麻腮风疫苗 第1剂", 8),
    ("乙脑减毒活疫苗 第1剂", 8),
    ("甲肝减毒活疫苗", 18),
    ("麻腮风疫苗 第2剂", 18),
)
ELDER_VACCINES = ("流感病毒裂解疫苗", "23 价肺炎球菌多糖疫苗")
