"""The files about the county itself: institutions, departments, staff, residents, admissions elsewhere, the notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from yigongti.demo.county.departments import DEPARTMENT_KINDS
from yigongti.demo.county.institutions import VALID_FROM, CountyHouse
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.resident_rows import resident_rows
from yigongti.demo.county.residents import Residents
from yigongti.demo.county.second_registrations import PlantedRegistration
from yigongti.demo.county.streams import array_stream
from yigongti.demo.county.submission_files import NOTICE
from yigongti.demo.county.truth import write_csv
from yigongti.foundation.period import Month

_RESIDENT_SCHEMA = pa.schema(
    [
        ("resident_id", pa.string()),
        ("resident_number", pa.string()),
        ("name", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
        ("village_code", pa.string()),
        ("village", pa.string()),
        ("township", pa.string()),
        ("address", pa.string()),
        ("phone", pa.string()),
        ("insurance_type", pa.string()),
        ("insured_number", pa.string()),
        ("medical_assistance", pa.bool_()),
        ("chronic_conditions", pa.list_(pa.string())),
    ],
    metadata={b"notice": NOTICE.encode()},
)
_BATCH = 50_000

ELSEWHERE_COLUMNS = (
    "month",
    "community",
    "insurance_type",
    "destination",
    "referred",
    "admissions",
    "total_cost",
    "pool_fund",
)


def write_house(folder: Path, house: CountyHouse) -> None:
    """institutions.csv, departments.csv, staff.csv."""
    write_csv(
        folder / "institutions.csv",
        ("code", "name", "name_en", "kind", "level", "parent_code", "community", "valid_from", "valid_to"),
        (
            {
                "code": i.code,
                "name": i.name,
                "name_en": i.name_en,
                "kind": i.kind,
                "level": i.level,
                "parent_code": i.parent_code,
                "community": i.community,
                "valid_from": VALID_FROM,
                "valid_to": "",
            }
            for i in house.institutions
        ),
    )
    write_csv(
        folder / "departments.csv",
        ("institution_code", "code", "name", "name_en", "kind"),
        (
            {
                "institution_code": code,
                "code": DEPARTMENT_KINDS[kind].code,
                "name": DEPARTMENT_KINDS[kind].name,
                "name_en": DEPARTMENT_KINDS[kind].name_en,
                "kind": kind,
            }
            for code, kinds in house.departments.items()
            for kind in kinds
        ),
    )
    write_csv(
        folder / "staff.csv",
        ("institution_code", "department_code", "code", "name", "kind"),
        (
            {
                "institution_code": s.institution_code,
                "department_code": s.department_code,
                "code": s.code,
                "name": s.name,
                "kind": s.kind,
            }
            for s in house.staff
        ),
    )


def write_residents(folder: Path, residents: Residents, planted: tuple[PlantedRegistration, ...]) -> None:
    """residents.parquet, in batches."""
    rows: Iterator[dict[str, object]] = resident_rows(residents, planted)
    with pyarrow.parquet.ParquetWriter(folder / "residents.parquet", _RESIDENT_SCHEMA, compression="zstd") as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema=_RESIDENT_SCHEMA))


def elsewhere_rows(
    plan: CountyPlan, house: CountyHouse, residents: Residents, month: Month, admissions_within: int
) -> list[dict[str, object]]:
    """Admissions of the county's residents outside it: about 18 in 100 of all, dearer, paid at a lower ratio."""
    stream = array_stream(plan.seed, "elsewhere", month)
    leads = {0: house.of_kind("county_hospital")[0].code, 1: house.of_kind("tcm_hospital")[0].code}
    rows: list[dict[str, object]] = []
    outside = admissions_within * 0.18 / 0.82
    employed_share = float((residents.insurance_type == 310).mean())
    for side, lead in leads.items():
        share_of_side = float((residents.township % 2 == side).mean())
        for insurance, share in ((310, min(0.5, employed_share * 1.6)), (390, 1 - min(0.5, employed_share * 1.6))):
            for place, part, mean_cost, ratio in (
                ("city", 0.62, 13_500, 0.55),
                ("province", 0.27, 24_000, 0.46),
                ("other_province", 0.11, 19_000, 0.36),
            ):
                for referred, split in (("yes", 0.45), ("no", 0.55)):
                    count = int(stream.poisson(outside * share_of_side * share * part * split))
                    fen = int(np.round(stream.gamma(max(count, 1) * 1.6, mean_cost / 1.6) * 100)) if count else 0
                    paid = fen * round(100 * (ratio + (0.08 if referred == "yes" else -0.08))) // 100
                    rows.append(
                        {
                            "month": str(month),
                            "community": lead,
                            "insurance_type": str(insurance),
                            "destination": place,
                            "referred": referred,
                            "admissions": count,
                            "total_cost": f"{fen / 100:.2f}",
                            "pool_fund": f"{paid / 100:.2f}",
                        }
                    )
    return rows


def write_notice(folder: Path, plan: CountyPlan, counts: dict[str, int]) -> None:
    """county.json and NOTICE.txt: from what the county was made, and that nobody in it exists."""
    about = {
        "notice": NOTICE,
        "residents": plan.residents,
        "months": [str(month) for month in plan.all_months],
        "seed": plan.seed,
        "fee_lines_per_stay": plan.fee_lines_per_stay,
        "file_format": plan.file_format,
        "layout": plan.layout,
        "upcoding_from": str(plan.upcoding_from),
        "counts": counts,
    }
    (folder / "county.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "NOTICE.txt").write_text(NOTICE + "\n", encoding="utf-8")
