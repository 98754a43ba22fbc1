"""Loading a county's residents from a file, thousands at a time over the connection "bulk".

    residents.parquet or .csv: resident_id (the number in the system that gives the file), name, and as far as there are
    resident_number, sex, birth_date, village_code, village, township, address, phone, insurance_type, insured_number,
    medical_assistance, chronic_conditions, household, relation_to_head

The file is checked whole: one wrong row, and nothing of it is kept. Loading it again brings up to date whom it made
(found by resident_id). A row with the valid number of somebody registered is linked to that resident if the two are
the same person by engines/identity, else it is kept without the number's index and becomes a doubtful pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
from django.db import transaction

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.jobs.progress import Progress
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.details import Details, faults, tidied
from yigongti.kernel.people.keepers import keepers_by_name
from yigongti.kernel.people.load_rows import Incoming, Tally, Writer

COLUMNS = (
    "resident_id", "resident_number", "name", "sex", "birth_date", "village_code", "village", "township", "address",
    "phone", "insurance_type", "insured_number", "medical_assistance", "chronic_conditions", "household",
    "relation_to_head",
)  # fmt: skip
_NEEDED = ("resident_id", "name")
_BATCH = 10_000
_FAULTS_TOLD = 20

KeeperOf = Callable[[Mapping[str, Any]], int]
"""Row → the institution that keeps the resident."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """rows: of the file. registered: new; updated: changed; linked: a second row of somebody registered; doubtful:
    registered, but a person must look; untouched: as they were."""

    rows: int
    registered: int
    updated: int
    linked: int
    doubtful: int
    untouched: int


def load_residents(
    path: Path,
    *,
    at: datetime,
    today: date,
    source_code: str = "",
    keeper_of: KeeperOf | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """What became of the rows. path: the file, or a folder with residents.parquet or residents.csv.

    source_code: the institution whose system numbers the residents; empty: the county. keeper_of: None: the village
    clinic by its name, else the township hospital, else that institution (`keepers_by_name`).
    Raises InvalidInput naming the first wrong rows and how many there are.
    """
    file = _file(path)
    source = _source(source_code)
    keeper_of = keeper_of or keepers_by_name(source.pk)
    tally, wrong, count = Tally(), [], 0
    progress = progress or Progress()
    with progress.step(Text("载入居民", "Loading residents"), total=_rows_of(file)) as step, transaction.atomic("bulk"):
        writer = Writer(source.pk, at=at, today=today, tally=tally)
        for batch in _batches(file):
            incoming = []
            for row in batch:
                count += 1
                made, found = _incoming(row, keeper_of, today)
                wrong += [(count, fault) for fault in found]
                incoming.append(made)
            if not wrong:  # once a row is wrong, the rest is only checked
                writer.write(incoming)
            step.at(count)
        if wrong:
            raise _refused(file, wrong)
        writer.analyze()
    return Loaded(count, tally.registered, tally.updated, tally.linked, tally.doubtful, tally.untouched)


def _file(path: Path) -> Path:
    if path.is_dir():
        found = [path / name for name in ("residents.parquet", "residents.csv") if (path / name).exists()]
        if found:
            return found[0]
    if path.is_file() and path.suffix.lower() in {".parquet", ".csv"}:
        return path
    raise InvalidInput(
        "people.file_missing",
        zh="没有找到 residents.parquet 或 residents.csv",
        en="there is neither residents.parquet nor residents.csv",
        where=path.name,
    )


def _source(code: str) -> Institution:
    rows = Institution.objects.using("bulk")
    found = rows.filter(code=code).first() if code else rows.filter(parent__isnull=True).order_by("id").first()
    if found is None:
        raise InvalidInput(
            "people.unknown_institution",
            zh="没有这家机构，请先载入机构",
            en="there is no such institution; load the institutions first",
            where=code,
        )
    return found


def _rows_of(file: Path) -> int | None:
    return parquet.ParquetFile(file).metadata.num_rows if file.suffix.lower() == ".parquet" else None


def _batches(file: Path) -> Iterator[list[dict[str, Any]]]:
    """The rows, batch by batch; a column that is not there reads as empty. Raises InvalidInput without the needed."""
    if file.suffix.lower() == ".parquet":
        reader = parquet.ParquetFile(file)
        names, batches = reader.schema_arrow.names, reader.iter_batches(_BATCH)
    else:
        options = arrow_csv.ConvertOptions(column_types={name: pa.string() for name in COLUMNS})
        table = arrow_csv.open_csv(file, convert_options=options)
        names, batches = table.schema.names, iter(table)
    for needed in _NEEDED:
        if needed not in names:
            raise InvalidInput("people.column_missing", zh="缺少这一列", en="this column is missing", where=needed)
    known = [name for name in COLUMNS if name in names]
    for batch in batches:
        columns = [batch.column(names.index(name)).to_pylist() for name in known]
        yield [dict(zip(known, values, strict=True)) for values in zip(*columns, strict=True)]


def _incoming(row: dict[str, Any], keeper_of: KeeperOf, today: date) -> tuple[Incoming, list[InvalidInput]]:
    conditions = row.get("chronic_conditions") or []
    born, found = row.get("birth_date"), []
    if isinstance(born, str):
        try:
            born = date.fromisoformat(born) if born else None
        except ValueError:
            born = None
            found = [InvalidInput("people.birth_date_wrong", zh="出生日期有误", en="no such day", where="birth_date")]
    told = tidied(
        Details(
            name=row["name"] or "",
            sex=row.get("sex") or "",
            birth_date=born,
            number=row.get("resident_number") or "",
            phone=row.get("phone") or "",
            address=row.get("address") or "",
            village_code=row.get("village_code") or "",
            insurance_type=row.get("insurance_type") or "",
            insured_number=row.get("insured_number") or "",
        )
    )
    found += faults(told, today)
    if not row["resident_id"] or len(row["resident_id"]) > 64:
        found.append(
            InvalidInput("people.source_number", zh="须有居民编号", en="the number is missing", where="resident_id")
        )
    poor = row.get("medical_assistance")
    return (
        Incoming(
            source=(row["resident_id"] or "").strip(),
            told=replace(told, name=told.name[:64]),
            keeper=keeper_of(row),
            conditions=conditions.split(";") if isinstance(conditions, str) else conditions,
            poor=poor in (True, "1", "true", "True"),
            household="".join((row.get("household") or "").split())[:32],
            relation_to_head=(row.get("relation_to_head") or "").strip()[:2],
        ),
        found,
    )


def _refused(file: Path, wrong: list[tuple[int, InvalidInput]]) -> InvalidInput:
    told = wrong[:_FAULTS_TOLD]
    zh = "；".join(f"第 {row} 行 {fault.where}：{fault.text.zh}" for row, fault in told)
    en = "; ".join(f"row {row} {fault.where}: {fault.text.en}" for row, fault in told)
    return InvalidInput(
        "people.rows_wrong",
        zh=f"共 {len(wrong)} 处错误，未载入任何居民。{zh}",
        en=f"{len(wrong)} faults, nobody was loaded. {en}",
        where=file.name,
    )
