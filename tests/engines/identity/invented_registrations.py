"""Invented people for the tests of identity. Region 609921 belongs to no province."""

from dataclasses import asdict, replace
from datetime import date

import pyarrow as pa

from yigongti.engines.identity.public import Registration
from yigongti.engines.identity.table import COLUMNS
from yigongti.foundation.identifiers import resident_check_place


def number(born: date, running: str = "013", region: str = "609921") -> str:
    """A valid number."""
    seventeen = f"{region}{born:%Y%m%d}{running}"
    return seventeen + resident_check_place(seventeen)


BORN = date(1968, 3, 7)
WANG = Registration(
    key="A",
    name="王国强",
    sex="1",
    birth_date=BORN,
    resident_number=number(BORN),
    phone="19900001234",
    address="示范县（演示）白沙镇东风村三组12号",
    village_code="609921008191",
    phone_share=4 / 614_000,
)


def again(**changed: object) -> Registration:
    """The same person registered once more, with what is changed."""
    return replace(WANG, key="B", **changed)


def as_table(registrations: list[Registration]) -> pa.Table:
    """As the batch reads them."""
    rows = [{name: value for name, value in asdict(one).items() if name in COLUMNS} for one in registrations]
    schema = pa.schema([(name, pa.date32() if name == "birth_date" else pa.string()) for name in COLUMNS])
    return pa.Table.from_pylist(rows, schema=schema)
