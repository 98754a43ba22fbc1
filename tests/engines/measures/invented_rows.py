"""Invented rows of a county of four institutions, drawn by Hypothesis, and the same rows as tables."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import ibis
import pyarrow as pa
from hypothesis import strategies as st

from yigongti.engines.measures.definitions import Grain
from yigongti.engines.measures.subjects import Subject

INSTITUTIONS = ("H1", "T1", "T2", "V1")
MONTHS = ("2025-01", "2025-02", "2026-01", "2026-02", "2026-03")
SUBJECTS = [
    Subject.institution("H1", "county"),
    Subject.institution("T1", "township"),
    Subject.institution("V1", "village"),
    Subject("C1", Grain.COMMUNITY, frozenset({"H1", "T1"})),
    Subject("county", Grain.COUNTY, frozenset(INSTITUTIONS)),
]
MONEY = pa.decimal128(14, 2)
SCHEMAS = {
    "discharges": pa.schema(
        {
            "institution_code": pa.string(),
            "month": pa.string(),
            "person": pa.string(),
            "disposition": pa.string(),
            "diagnosis": pa.string(),
            "procedures": pa.list_(pa.string()),
            "days": pa.int64(),
            "cost": MONEY,
            "age": pa.string(),
            "discharged_at": pa.timestamp("us", tz="UTC"),
        }
    ),
    "visits": pa.schema({"institution_code": pa.string(), "month": pa.string(), "kind": pa.string()}),
    "returns": pa.schema(
        {
            "institution_code": pa.string(),
            "month": pa.string(),
            "item": pa.string(),
            "breakdown": pa.string(),
            "value": pa.decimal128(18, 4),
        }
    ),
}
_NOON = datetime(2026, 2, 14, 12, tzinfo=UTC)
_where = {"institution_code": st.sampled_from(INSTITUTIONS), "month": st.sampled_from(MONTHS)}
_money = st.integers(0, 700_000).map(lambda fen: Decimal(fen) / 100)
_classes = st.sampled_from(["30-34", "35-39", "40-44"])
discharges = st.fixed_dictionaries(
    _where
    | {
        "person": st.sampled_from(["a", "b", "c", "", None]),
        "disposition": st.sampled_from(["1", "2", "4", "5", "", None]),
        "diagnosis": st.sampled_from(["J18.9", "R05", "I10", "", None]),
        "procedures": st.lists(st.sampled_from(["00.1", "51.2", "51.22", "99.9", ""]), max_size=3),
        "days": st.one_of(st.none(), st.integers(0, 20)),
        "cost": st.one_of(st.none(), _money),
        "age": st.one_of(st.none(), _classes),
        "discharged_at": st.integers(0, 24 * 60).map(lambda minutes: _NOON + timedelta(minutes=minutes)),
    }
)
visits = st.fixed_dictionaries(_where | {"kind": st.sampled_from(["E", "O", None])})
returns = st.fixed_dictionaries(
    _where
    | {
        "item": st.sampled_from(["physicians", "income", "people", "record_level"]),
        "breakdown": st.sampled_from(["", "30-34", "35-39"]),
        "value": st.integers(0, 5000).map(lambda number: Decimal(number) / 4),
    }
)
_sendings = st.frozensets(st.tuples(_where["institution_code"], _where["month"]))
expected = st.dictionaries(
    st.sampled_from(["discharges", "visits", "returns", "returns: people"]), st.frozensets(_where["institution_code"])
)
submitted = st.dictionaries(st.sampled_from(["discharges", "visits"]), _sendings)


def _key(row):
    return row["institution_code"], row["month"], row["item"], row["breakdown"]


_residents = st.lists(st.integers(1, 40), min_size=40, max_size=40).map(
    lambda drawn: [
        {"institution_code": institution, "month": month, "item": "people", "breakdown": age, "value": Decimal(number)}
        for (institution, month, age), number in zip(
            product(INSTITUTIONS, MONTHS, ("30-34", "35-39")), drawn, strict=True
        )
    ]
)
facts = st.fixed_dictionaries(
    {
        "discharges": st.lists(discharges, max_size=25),
        "visits": st.lists(visits, max_size=12),
        "returns": st.one_of(st.lists(returns, max_size=25, unique_by=_key), _residents),
    }
)


def tables(rows) -> dict:
    """The rows as Ibis tables of DuckDB."""
    return {name: ibis.memtable(pa.Table.from_pylist(rows[name], SCHEMAS[name])) for name in rows}
