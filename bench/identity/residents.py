"""The residents' registrations of a demo county without its months: what the measures of identity run on."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from yigongti.demo.county.county_files import write_residents
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.residents import draw_residents
from yigongti.demo.county.second_registrations import PlantedRegistration, plant_duplicates, plant_look_alikes
from yigongti.foundation.period import Month

Planted = tuple[PlantedRegistration, ...]


def write_county(folder: Path, residents: int, seed: int) -> tuple[Path, Planted, Planted]:
    """residents.parquet as `yigongti county` writes it; the second registrations and the look-alikes in it."""
    plan = CountyPlan(residents, 1, Month(2026, 10), seed)
    people = draw_residents(plan)
    duplicates = plant_duplicates(plan, people)
    look_alikes = plant_look_alikes(plan, people, len(people) + len(duplicates))
    folder.mkdir(parents=True, exist_ok=True)
    write_residents(folder, people, duplicates + look_alikes)
    return folder / "residents.parquet", duplicates, look_alikes


def registrations(file: Path, without_insured_numbers: bool = False) -> pa.RecordBatchReader:
    """The file as a stream of registrations, named as the engine names them.

    without_insured_numbers: that column is left out, since the county plants it so that it tells look-alikes apart.
    """
    names = {
        "resident_id": "key",
        "name": "name",
        "sex": "sex",
        "birth_date": "birth_date",
        "resident_number": "resident_number",
        "phone": "phone",
        "address": "address",
        "village_code": "village_code",
        "insured_number": "insured_number",
    }
    if without_insured_numbers:
        del names["insured_number"]
    opened = pyarrow.parquet.ParquetFile(file)
    schema = pa.schema([(own, opened.schema_arrow.field(name).type) for name, own in names.items()])
    batches = opened.iter_batches(columns=list(names))
    return pa.RecordBatchReader.from_batches(schema, (_renamed(batch, names, schema) for batch in batches))


def _renamed(batch: pa.RecordBatch, names: dict[str, str], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([batch.column(name) for name in names], schema=schema)
