"""Trains the weights with Splink: u by sampling pairs at random with a seed, m from known pairs or by EM.

The answer is plain data (`TrainedWeights`); `weights_document` writes it as the policy file that `read_weights` reads.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, block_on

from yigongti.engines.identity.batch import loaded
from yigongti.engines.identity.comparisons import COMPARISONS, MISSING
from yigongti.engines.identity.splink_model import settings
from yigongti.engines.identity.weights import LevelWeight, TrainedWeights
from yigongti.foundation.errors import InvalidInput

LEAST_M = 0.001
"""A level that no known pair reached is still possible: one in a thousand."""

LEAST_U = 1e-7
"""A level that no sampled pair reached is still possible; ten million pairs are sampled."""

EM_BLOCKS: tuple[tuple[str, ...], ...] = (("number",), ("blurred", "birth_date"), ("phone", "birth_date"))
"""EM looks at pairs that agree in one of these, and learns of the other comparisons; together they cover all."""

_FALLING = ("name", "number", "phone", "place", "sex")
"""Comparisons whose levels are one ladder. Slips of a birth date are of several kinds, none above the other."""


def train(
    registrations: pa.Table | pa.RecordBatchReader,
    connection: duckdb.DuckDBPyConnection,
    start: TrainedWeights,
    *,
    seed: int,
    known_pairs: pa.Table | None = None,
    sampled_pairs: float = 1e7,
) -> TrainedWeights:
    """Weights trained on these registrations.

    known_pairs: columns key_l, key_r of registrations known to be one person's (m is their shares); without them m is
    estimated by EM over pairs that agree in the columns of EM_BLOCKS. start: gives near_days, the
    prior, and what training cannot tell: levels of a comparison that is empty in the table (household) keep its m and
    u. The same table, seed and number of threads give the same weights. Raises InvalidInput when there is nothing to
    learn from.
    """
    with loaded(connection, registrations) as (table, count):
        api = DuckDBAPI(connection)
        linker = Linker(api.register(table), settings(start.among(count), trained=False), log_level=None)
        try:
            linker.training.estimate_u_using_random_sampling(sampled_pairs, seed=seed, min_count_per_level=None)
            if known_pairs is None:
                for columns in _that_agree(connection, table):
                    linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
            else:
                labels = f"identity_known_pairs_{uuid.uuid4().hex[:12]}"
                connection.register(labels, known_pairs.select(["key_l", "key_r"]))
                linker.training.estimate_m_from_pairwise_labels(labels)  # type: ignore[no-untyped-call]
                connection.unregister(labels)
            model = linker.misc.save_model_to_json()
        finally:
            linker.table_management.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
    return TrainedWeights(
        registrations=count,
        registered_twice=start.registered_twice,
        near_days=start.near_days,
        levels=_levels(model, start),
        trained_on=start.trained_on,
        source=start.source,
        from_on=start.from_on,
    )


def weights_document(weights: TrainedWeights) -> dict[str, Any]:
    """The weights as the content of a policy file, numbers with six significant places."""
    return {
        "id": "identity.weights",
        "from": weights.from_on.isoformat(),
        "source": weights.source,
        "trained_on": weights.trained_on,
        "registrations": weights.registrations,
        "registered_twice": weights.registered_twice,
        "near_days": weights.near_days,
        "comparisons": {
            name: {level: {"m": _short(number.m), "u": _short(number.u)} for level, number in levels.items()}
            for name, levels in weights.levels.items()
        },
    }


def untrained(from_on: date, source: str, trained_on: str, registered_twice: float, near_days: int) -> TrainedWeights:
    """Where training starts: every comparison as good as any other, but for two with weights that a person set, since
    the demo county cannot teach them. household: weak, it says little beside its house and telephone. insured: an equal
    number weighs ten bits (one number should be one person's, yet families share), a different one little (many are
    insured twice)."""
    levels: dict[str, Mapping[str, LevelWeight]] = {}
    for comparison in COMPARISONS:
        even = 1 / len(comparison.levels)
        levels[comparison.id] = {level: LevelWeight(even, even) for level in comparison.levels}
    levels["household"] = {"same": LevelWeight(0.6, 0.15), "other": LevelWeight(0.4, 0.85)}
    levels["insured"] = {"same": LevelWeight(0.5, 0.0005), "other": LevelWeight(0.5, 0.9995)}
    return TrainedWeights(1_000_000, registered_twice, near_days, levels, trained_on, source, from_on)


def _that_agree(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, ...]]:
    """The blocks in which any two rows agree."""
    found = []
    for columns in EM_BLOCKS:
        known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        query = f"SELECT 1 FROM {table} WHERE {known} GROUP BY {', '.join(columns)} HAVING count(*) > 1 LIMIT 1"
        if connection.execute(query).fetchall():
            found.append(columns)
    if not found:
        raise InvalidInput(
            "identity.nothing_to_train_on",
            zh="没有任何两份登记身份证号、姓名与生日或电话与生日相同，无法训练权重；请提供已核对的同一人登记",
            en="no two registrations share a number, a name and birth date or a telephone and birth date, so nothing "
            "can be learnt; give pairs known to be one person's",
        )
    return found


def _levels(model: Mapping[str, Any], start: TrainedWeights) -> dict[str, Mapping[str, LevelWeight]]:
    found: dict[str, Mapping[str, LevelWeight]] = {}
    for comparison in model["comparisons"]:
        name = comparison["output_column_name"]
        rows = {row["label_for_charts"]: row for row in comparison["comparison_levels"]}
        rows.pop(MISSING)
        m = {level: _number(row.get("m_probability")) for level, row in rows.items()}
        u = {level: _number(row.get("u_probability")) for level, row in rows.items()}
        if not any(m.values()) or not any(u.values()):
            found[name] = start.levels[name]
            continue
        m, u = _whole(m, LEAST_M), _whole(u, LEAST_U)
        trained = {level: LevelWeight(m[level], u[level]) for level in rows}
        found[name] = _falling(trained) if name in _FALLING else trained
    return found


def _falling(levels: Mapping[str, LevelWeight]) -> dict[str, LevelWeight]:
    """No less alike level weighs more than a more alike one: few known pairs may say so by chance, sense does not."""
    found: dict[str, LevelWeight] = {}
    most = float("inf")
    for level, number in levels.items():
        ratio = min(number.m / number.u, most)
        found[level] = LevelWeight(ratio * number.u, number.u)
        most = ratio
    return found


def _number(value: Any) -> float:
    """0 for what Splink could not estimate (None, or a word saying so)."""
    return float(value) if isinstance(value, int | float) else 0.0


def _whole(shares: Mapping[str, float], least: float) -> dict[str, float]:
    """None below the least, and all together 1."""
    raised = {level: max(share, least) for level, share in shares.items()}
    total = sum(raised.values())
    return {level: share / total for level, share in raised.items()}


def _short(share: float) -> float:
    return float(f"{share:.6g}")
