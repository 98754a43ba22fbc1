"""insured.parquet: who is insured, as the register of the insurance bureau has it. Everything is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yigongti.demo.county.agreement import groups_of
from yigongti.demo.county.institutions import CountyHouse
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.residents import Residents
from yigongti.demo.county.submission_files import NOTICE
from yigongti.foundation.period import Month

INSURED = pa.schema(
    [
        ("resident_id", pa.string()),
        ("insured_number", pa.string()),
        ("institution_code", pa.string()),  # the township hospital that answers for the person
        ("community_code", pa.string()),
        ("birth_date", pa.date32()),
        ("sex", pa.string()),
        ("insurance_type", pa.string()),
        ("groups", pa.list_(pa.string())),
        ("insured_from", pa.date32()),
        ("insured_to", pa.date32()),
    ],
    metadata={b"notice": NOTICE.encode()},
)
_BATCH = 50_000


def write_insured(folder: Path, plan: CountyPlan, house: CountyHouse, people: Residents) -> None:
    """One row for each insured resident, insured from the first year that settlements are of to the next year's end."""
    townships = {place.number: place for place in house.institutions if place.kind == "township_hospital"}
    insured_from = Month(plan.first_settlement_month.plus(-5).year, 1).first_day
    insured_to = date(plan.last_month.year + 1, 12, 31)
    with pq.ParquetWriter(folder / "insured.parquet", INSURED, compression="zstd") as writer:
        for first in range(0, len(people), _BATCH):
            rows = []
            for at in range(first, min(first + _BATCH, len(people))):
                if not people.insured[at]:
                    continue
                place = townships[201 + int(people.township[at])]
                born = people.birth_date(at)
                rows.append(
                    {
                        "resident_id": people.resident_id(at),
                        "insured_number": people.insured_number(at),
                        "institution_code": place.code,
                        "community_code": place.community,
                        "birth_date": born,
                        "sex": str(int(people.sex[at])),
                        "insurance_type": str(int(people.insurance_type[at])),
                        "groups": groups_of(people, at),
                        "insured_from": max(born, insured_from),
                        "insured_to": insured_to,
                    }
                )
            writer.write_table(pa.Table.from_pylist(rows, schema=INSURED))
