"""Makes invented discharges for the grouping benchmark: `python bench/grouping/make_cases.py SCHEME OUT --cases N`.

Each case has a principal diagnosis, on average 4 secondary diagnoses and 1.5 procedures, all drawn from the codes
of the scheme by the seed given; four in ten principal procedures are drawn from the lists of the case's own MDC, so
that surgical groups are met as well. Nobody in the file exists. Same seed, same rows.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yigongti.engines.casemix.public import Scheme, load_scheme
from yigongti.engines.casemix.rules import sets_read

BATCH = 250_000


def exact(scheme: Scheme, name: str) -> list[str]:
    return sorted(scheme.sets[name].exact)


def pools(scheme: Scheme) -> tuple[list[tuple[list[str], list[str]]], list[str], list[str]]:
    """For each MDC its principal diagnoses and its procedures; all diagnoses; all procedures."""
    by_mdc, all_procedures = [], set()
    for mdc in scheme.mdcs:
        diagnoses: set[str] = set()
        procedures: set[str] = set()
        for rule in (mdc.rule, *(adrg.rule for adrg in mdc.adrgs)):
            for name, fields in sets_read(rule).items():
                target = diagnoses if any(field.is_diagnosis for field in fields) else procedures
                target.update(exact(scheme, name))
        all_procedures |= procedures
        if diagnoses and procedures:
            by_mdc.append((sorted(diagnoses), sorted(procedures)))
    all_diagnoses = sorted(set(scheme.complications.exact) | set(scheme.exclusions.exact))
    return by_mdc, all_diagnoses, sorted(all_procedures)


def batch(rng: np.random.Generator, count: int, first: int, pool: tuple, lists: bool) -> pa.Table:
    by_mdc, diagnoses, procedures = pool
    mdc = rng.integers(0, len(by_mdc), count)
    principal = np.empty(count, dtype=object)
    own_procedure = np.empty(count, dtype=object)
    for index, (own_diagnoses, own_procedures) in enumerate(by_mdc):
        rows = np.flatnonzero(mdc == index)
        principal[rows] = np.array(own_diagnoses, dtype=object)[rng.integers(0, len(own_diagnoses), len(rows))]
        own_procedure[rows] = np.array(own_procedures, dtype=object)[rng.integers(0, len(own_procedures), len(rows))]
    others = rng.poisson(4, count)
    other_codes = np.array(diagnoses, dtype=object)[rng.integers(0, len(diagnoses), others.sum())]
    procedure_count = rng.poisson(1.5, count)
    any_codes = np.array(procedures, dtype=object)[rng.integers(0, len(procedures), procedure_count.sum())]
    starts, procedure_starts = np.cumsum(others) - others, np.cumsum(procedure_count) - procedure_count
    own = rng.random(count) < 0.4
    all_diagnoses, all_procedures = [], []
    for row in range(count):
        all_diagnoses.append([principal[row], *other_codes[starts[row] : starts[row] + others[row]]])
        drawn = list(any_codes[procedure_starts[row] : procedure_starts[row] + procedure_count[row]])
        if drawn and own[row]:
            drawn[0] = own_procedure[row]
        all_procedures.append(drawn)
    age_days = (rng.beta(1.6, 1.0, count) * 33_000).astype("int32")
    newborn = rng.random(count) < 0.03
    age_days[newborn] = rng.integers(0, 60, newborn.sum())
    years = (age_days / 365.25).astype("int32")
    weight = pa.array(rng.integers(900, 4500, count), pa.int32(), mask=years > 0)
    joined = pa.list_(pa.string()) if lists else pa.string()
    shape = (lambda codes: codes) if lists else "|".join
    return pa.table(
        {
            "case_id": pa.array([str(first + row) for row in range(count)]),
            "sex": pa.array(rng.choice(["1", "2"], count).tolist()),
            "age_years": pa.array(years),
            "age_days": pa.array(age_days),
            "birth_weight_g": weight,
            "length_of_stay_days": pa.array(rng.poisson(7, count).astype("int32")),
            "discharge_disposition": pa.array(
                rng.choice(list("12345"), count, p=[0.9, 0.03, 0.02, 0.03, 0.02]).tolist()
            ),
            "diagnoses": pa.array([shape(codes) for codes in all_diagnoses], joined),
            "procedures": pa.array([shape(codes) for codes in all_procedures], joined),
        }
    )


def make_cases(scheme: Scheme, out: Path, cases: int, seed: int = 1, lists: bool = False) -> None:
    """Writes a Parquet file of invented cases; lists: code columns as list<string> instead of joined by “|”."""
    rng = np.random.default_rng(seed)
    pool = pools(scheme)
    writer = None
    for first in range(0, cases, BATCH):
        table = batch(rng, min(BATCH, cases - first), first, pool, lists)
        writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scheme")
    parser.add_argument("out", type=Path)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lists", action="store_true")
    given = parser.parse_args()
    make_cases(load_scheme(given.scheme), given.out, given.cases, given.seed, given.lists)
