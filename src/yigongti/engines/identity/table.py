"""A table of registrations in the form in which they are compared, batch by batch, so that memory stays bounded.

Every value goes through the very functions of `registration.py`: the desk and the night read a number alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from yigongti.engines.identity.registration import Registration, normalise
from yigongti.foundation.errors import InvalidInput

COLUMNS = (
    "key",
    "name",
    "sex",
    "birth_date",
    "resident_number",
    "phone",
    "address",
    "village_code",
    "household",
    "insured_number",
)
"""Columns of a table of registrations: text, birth_date a day. Only key must be there; an empty value is null or ""."""

_BATCH = 20_000
_TEXT_COLUMNS = (
    "key",
    "name",
    "sound",
    "initials",
    "blurred",
    "sex",
    "birth_text",
    "number",
    "number_body",
    "phone",
    "address",
    "house",
    "village_code",
    "household",
    "insured_number",
)
SCHEMA = pa.schema(
    [(name, pa.string()) for name in _TEXT_COLUMNS]
    + [("birth_date", pa.date32()), ("birth_year", pa.int32()), ("number_valid", pa.bool_())]
)


def normalised_batches(registrations: pa.Table | pa.RecordBatchReader) -> pa.RecordBatchReader:
    """The registrations as they are compared, as a stream with SCHEMA. Raises InvalidInput without a column `key`."""
    if "key" not in registrations.schema.names:
        raise InvalidInput(
            "identity.key_missing",
            zh="登记表须有 key 列（每份登记的唯一编号）",
            en="a table of registrations needs a column `key` that names each of them",
        )
    reader = registrations.to_reader(_BATCH) if isinstance(registrations, pa.Table) else registrations
    return pa.RecordBatchReader.from_batches(SCHEMA, _batches(reader))


def registrations_of(table: pa.Table) -> list[Registration]:
    """The rows as values."""
    return list(_rows(table))


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        for start in range(0, batch.num_rows, _BATCH):
            rows = [normalise(registration) for registration in _rows(batch.slice(start, _BATCH))]
            yield pa.RecordBatch.from_arrays(
                [pa.array([getattr(row, column.name) for row in rows], column.type) for column in SCHEMA],
                schema=SCHEMA,
            )


def _rows(batch: Any) -> Iterator[Registration]:
    held = set(batch.schema.names)
    empty = [None] * batch.num_rows
    columns = [batch.column(name).to_pylist() if name in held else empty for name in COLUMNS]
    for key, name, sex, birth_date, number, phone, address, village_code, household, insured in zip(
        *columns, strict=True
    ):
        yield Registration(
            key,
            name or "",
            sex or "",
            birth_date,
            number or "",
            phone or "",
            address or "",
            village_code or "",
            household or "",
            insured or "",
        )
