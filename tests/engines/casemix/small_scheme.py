"""The small scheme's tables: our own, no national table is copied here."""

from __future__ import annotations

import csv
from pathlib import Path

Tables = dict[str, list[list[str]]]

SMALL: Tables = {
    "mdc.csv": [
        ["mdc", "order", "name", "rule"],
        ["MDCA", "1", "先期", "ZYSS in {OR_VALID}"],
        ["MDCP", "2", "新生儿", "ZYZD in {P.DX} and NL = 0"],
        ["MDCZ", "3", "多发伤", "ZYZD in {Z.DX} and sites({ZYZD,QTZD}) >= 2"],
        ["MDCM", "4", "男性", "ZYZD in {M.DX} and XB = 1"],
        ["MDCF", "5", "循环", "ZYZD in {F.DX}"],
        ["MDCE", "6", "呼吸", "ZYZD in {E.DX,F.DX}"],
    ],
    "adrg.csv": [
        ["mdc", "order", "adrg", "name", "rule", "drgs"],
        ["MDCA", "1", "AA1", "移植", "ZYSS in {AA1.PX}", "AA19"],
        ["MDCA", "2", "AC1", "联合", "{ZYSS,QTSS} in {AC1.X} and {ZYSS,QTSS} in {AC1.Y}", "AC19"],
        ["MDCP", "1", "PS1", "轻", "{ZYZD,QTZD} in {PS1.DX} and XSRTZ < 1500 and XSRTL <= 28", "PS11 PS13 PS15"],
        ["MDCP", "2", "PV1", "其他", "", "PV13 PV15"],
        ["MDCZ", "1", "ZZ1", "无手术", "{ZYSS,QTSS} not in {OR_VALID}", "ZZ11 ZZ15"],
        ["MDCM", "1", "MR1", "男", "ZYZD in {M.DX}", "MR19"],
        ["MDCF", "1", "FR1", "心衰", "ZYZD in {FR1.DX}", "FR11 FR13 FR15"],
        ["MDCF", "2", "FM1", "支架", "ZYSS in {FM1.PX}", "FM19"],
        ["MDCF", "3", "FB1", "多支架", "length(FB1.PX ∩ {ZYSS,QTSS}) >= 2 and NL >= 18", "FB11 FB15"],
        ["MDCE", "1", "ER1", "肺", "ZYZD in {E.DX}", "ER13 ER15"],
    ],
    "drg.csv": [
        ["drg", "name"],
        *(
            [code, f"组{code}"]
            for code in (
                "AA19",
                "AC19",
                "PS11",
                "PS13",
                "PS15",
                "PV13",
                "PV15",
                "ZZ11",
                "ZZ15",
                "MR19",
                "FR11",
                "FR13",
                "FR15",
                "FM19",
                "FB11",
                "FB15",
                "ER13",
                "ER15",
            )
        ),
    ],
    "sets.csv": [
        ["set", "code"],
        *(
            [name, code]
            for name, codes in {
                "OR_VALID": "10.1 10.2 10.3 20.1 20.2 30.1 30.2",
                "AA1.PX": "10.1",
                "AC1.X": "10.2",
                "AC1.Y": "10.3",
                "FM1.PX": "20.1 20.2",
                "FB1.PX": "30.1 30.2 20.2",
                "P.DX": "P01 P02",
                "PS1.DX": "P02 P03",
                "Z.DX": "S01 S02 S03",
                "MDCZ.SITE.头": "S01",
                "MDCZ.SITE.胸": "S02",
                "MDCZ.SITE.腹": "S03",
                "M.DX": "N40 N41",
                "F.DX": "I20 I21 I50 I51",
                "FR1.DX": "I50 I51",
                "E.DX": "J18 J44 J96 S01",
            }.items()
            for code in codes.split()
        ),
    ],
    "mcc.csv": [["code", "exclusion_group"], ["J96", "1"], ["I21", "2"], ["A41", ""]],
    "cc.csv": [["code", "exclusion_group"], ["J18", "1"], ["I50", "2"], ["E11", "3"], ["S02", "4"]],
    "cc_exclusions.csv": [
        ["principal_code", "exclusion_group"],
        ["J18", "1"],
        ["J44", "1"],
        ["I50", "2"],
        ["S01", "4"],
    ],
}


def write_scheme(folder: Path, tables: Tables, choices: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    if choices:
        (folder / "scheme.yaml").write_text(f"name: 小方案\nversion: '1'\nchoices:\n{choices}", encoding="utf-8")
    return folder
