"""The fee items of the front page: ten groups, twenty-four items that add up to the total, and the items
"of which" that do not add.

Source: front page of 2011 (卫医政发〔2011〕84 号) and the national interface's columns D11-D34, from memory: unchecked.
"""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.foundation.errors import Text


@dataclass(frozen=True, slots=True)
class FeeItem:
    """A fee column of the front page. group: which of the ten groups it adds to. part_of: the item that already
    contains it, or empty when it adds to the total itself."""

    name: str
    label: Text
    group: str
    pinyin: str
    national: str
    part_of: str = ""


FEE_GROUPS: dict[str, Text] = {
    "general": Text(zh="综合医疗服务类", en="General services"),
    "diagnosis": Text(zh="诊断类", en="Diagnosis"),
    "treatment": Text(zh="治疗类", en="Treatment"),
    "rehabilitation": Text(zh="康复类", en="Rehabilitation"),
    "traditional": Text(zh="中医类", en="Traditional treatment"),
    "western_medicine": Text(zh="西药类", en="Western medicine"),
    "chinese_medicine": Text(zh="中药类", en="Chinese medicine"),
    "blood": Text(zh="血液和血制品类", en="Blood and blood products"),
    "supplies": Text(zh="耗材类", en="Supplies"),
    "other": Text(zh="其他类", en="Other"),
}


def _item(name: str, zh: str, en: str, group: str, pinyin: str, national: str, part_of: str = "") -> FeeItem:
    return FeeItem(name, Text(zh=zh, en=en), group, pinyin, national, part_of)


FEE_ITEMS: tuple[FeeItem, ...] = (
    _item("fee_general_service", "一般医疗服务费", "General medical service", "general", "YLFUF", "D11"),
    _item("fee_general_treatment", "一般治疗操作费", "General treatment", "general", "ZLCZF", "D12"),
    _item("fee_nursing", "护理费", "Nursing", "general", "HLF", "D13"),
    _item("fee_general_other", "综合医疗服务类其他费用", "Other general services", "general", "QTFY", "D14"),
    _item("fee_pathology", "病理诊断费", "Pathology", "diagnosis", "BLZDF", "D15"),
    _item("fee_laboratory", "实验室诊断费", "Laboratory", "diagnosis", "SYSZDF", "D16"),
    _item("fee_imaging", "影像学诊断费", "Imaging", "diagnosis", "YXXZDF", "D17"),
    _item("fee_clinical_diagnosis", "临床诊断项目费", "Clinical diagnosis", "diagnosis", "LCZDXMF", "D18"),
    _item("fee_non_surgical", "非手术治疗项目费", "Non-surgical treatment", "treatment", "FSSZLXMF", "D19"),
    _item(
        "fee_physical_therapy",
        "其中：临床物理治疗费",
        "of which physical therapy",
        "treatment",
        "WLZLF",
        "D19x01",
        "fee_non_surgical",
    ),
    _item("fee_surgical", "手术治疗费", "Surgical treatment", "treatment", "SSZLF", "D20"),
    _item("fee_anaesthesia", "其中：麻醉费", "of which anaesthesia", "treatment", "MAF", "D20x01", "fee_surgical"),
    _item("fee_operation", "其中：手术费", "of which operation", "treatment", "SSF", "D20x02", "fee_surgical"),
    _item("fee_rehabilitation", "康复费", "Rehabilitation", "rehabilitation", "KFF", "D21"),
    _item("fee_traditional", "中医治疗费", "Traditional treatment", "traditional", "ZYZLF", "D22"),
    _item("fee_western_medicine", "西药费", "Western medicine", "western_medicine", "XYF", "D23"),
    _item(
        "fee_antimicrobials",
        "其中：抗菌药物费",
        "of which antimicrobials",
        "western_medicine",
        "KJYWF",
        "D23x01",
        "fee_western_medicine",
    ),
    _item("fee_patent_medicine", "中成药费", "Patent Chinese medicine", "chinese_medicine", "ZCYF", "D24"),
    _item("fee_herbal_medicine", "中草药费", "Herbal medicine", "chinese_medicine", "ZCYF1", "D25"),
    _item("fee_blood", "血费", "Blood", "blood", "XF", "D26"),
    _item("fee_albumin", "白蛋白类制品费", "Albumin", "blood", "BDBLZPF", "D27"),
    _item("fee_globulin", "球蛋白类制品费", "Globulin", "blood", "QDBLZPF", "D28"),
    _item("fee_clotting_factor", "凝血因子类制品费", "Clotting factors", "blood", "NXYZLZPF", "D29"),
    _item("fee_cytokine", "细胞因子类制品费", "Cytokines", "blood", "XBYZLZPF", "D30"),
    _item("fee_examination_supplies", "检查用一次性材料费", "Examination supplies", "supplies", "HCYYCLF", "D31"),
    _item("fee_treatment_supplies", "治疗用一次性材料费", "Treatment supplies", "supplies", "YYCLF", "D32"),
    _item("fee_surgery_supplies", "手术用一次性材料费", "Surgery supplies", "supplies", "YCXYYCLF", "D33"),
    _item("fee_other", "其他费", "Other", "other", "QTF", "D34"),
)

ADDING_FEE_ITEMS: tuple[FeeItem, ...] = tuple(item for item in FEE_ITEMS if not item.part_of)
"""The twenty-four items whose sum is the total cost of the stay."""
