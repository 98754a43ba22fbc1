"""Links and de-duplicates whole tables of registrations with Splink on DuckDB: pairs with their probability, and
clusters of registrations of one person.

Splink blocks, compares and weighs; the rules of `rules.py` are laid over its result as SQL, and clusters in which two
members are certainly different persons are handed to a person instead of being merged by a chain of likenesses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker
from splink.clustering import cluster_pairwise_predictions_at_threshold

from yigongti.engines.identity.comparisons import COMPARISONS
from yigongti.engines.identity.reference import judge_pair
from yigongti.engines.identity.registration import Normalised
from yigongti.engines.identity.rules import DIFFERENT, DOUBTFUL, RULES, SAME
from yigongti.engines.identity.splink_model import level_sql, settings
from yigongti.engines.identity.table import SCHEMA, normalised_batches
from yigongti.engines.identity.weights import Matching

CHAIN_RULE = "chain_of_likenesses"
"""The rule named beside a pair that was same by itself but would have merged two certainly different persons."""


@dataclass(frozen=True)
class Linking:
    """pairs: key_l, key_r, weight, probability, decision (same or doubtful), rule, and the level of each comparison,
    by descending weight. clusters: key, person; person is the smallest key among those of one person, and only
    persons with more than one registration are listed. compared: pairs that the blocks let through. stand_ins: number,
    registrations: resident or insured numbers that too many share; they were read as missing, and should be mended."""

    pairs: pa.Table
    clusters: pa.Table
    registrations: int
    compared: int
    stand_ins: tuple[tuple[str, int], ...] = ()


def deduplicate(
    registrations: pa.Table | pa.RecordBatchReader, matching: Matching, connection: duckdb.DuckDBPyConnection
) -> Linking:
    """The registrations of one table that are one person's.

    registrations: columns of `table.COLUMNS`. connection: where the work is done; its limits of memory and threads
    are the caller's, and what is made there is dropped again. The prior follows from the number of rows.
    """
    with _tables(connection) as names:
        count = _load(connection, names["all"], registrations)
        if count < 2:
            return _nothing(count)
        return _link(connection, names, [names["all"]], matching.among(count), count)


def link(
    registered: pa.Table | pa.RecordBatchReader,
    arriving: pa.Table | pa.RecordBatchReader,
    matching: Matching,
    connection: duckdb.DuckDBPyConnection,
) -> Linking:
    """Which arriving registrations are persons already registered: pairs between the two tables only.

    Keys must be unique over both tables. In a pair key_l and key_r may be of either table.
    """
    with _tables(connection) as names:
        first = _load(connection, names["registered"], registered)
        second = _load(connection, names["arriving"], arriving)
        count = first + second
        if not first or not second:
            return _nothing(count)
        both = f"SELECT * FROM {names['registered']} UNION ALL SELECT * FROM {names['arriving']}"
        connection.execute(f"CREATE TEMP VIEW {names['all']} AS {both}")
        return _link(connection, names, [names["registered"], names["arriving"]], matching.among(count), count)


def _link(
    connection: duckdb.DuckDBPyConnection, names: Mapping[str, str], tables: list[str], matching: Matching, count: int
) -> Linking:
    stand_ins = _without_stand_ins(connection, names["all"], tables, matching.stand_in_above)
    api = DuckDBAPI(connection)
    link_type = "dedupe_only" if len(tables) == 1 else "link_only"
    linker = Linker([api.register(table) for table in tables], settings(matching.weights, link_type), log_level=None)
    try:
        predicted = linker.inference.predict()
        compared = _number(connection, f"SELECT count(*) FROM {predicted.physical_name}")
        connection.execute(_decided_sql(predicted.physical_name, names["pairs"], matching))
        clusters = _clusters(connection, names, api)
        _break_chains(connection, names, clusters, matching)
        clusters = _clusters(connection, names, api)
        pairs = connection.sql(f"SELECT * FROM {names['pairs']} ORDER BY weight DESC, key_l, key_r")
        return Linking(pairs.to_arrow_table(), clusters, count, compared, stand_ins)
    finally:
        linker.table_management.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]


def _without_stand_ins(
    connection: duckdb.DuckDBPyConnection, everything: str, tables: list[str], above: int
) -> tuple[tuple[str, int], ...]:
    """Empties the numbers that more registrations share than any person has: every two of them would be compared, and
    found alike for nothing."""
    found: list[tuple[str, int]] = []
    emptied = {"number": "number = NULL, number_body = NULL, number_valid = false"}
    for column in ("number", "insured_number"):
        query = f"SELECT {column}, count(*) FROM {everything} WHERE {column} IS NOT NULL GROUP BY 1"
        crowded = connection.execute(f"{query} HAVING count(*) > {above} ORDER BY 2 DESC, 1").fetchall()
        for table in tables if crowded else ():
            change = emptied.get(column, f"{column} = NULL")
            values = [value for value, _ in crowded]
            connection.execute(f"UPDATE {table} SET {change} WHERE {column} IN (SELECT unnest(?))", [values])
        found += crowded
    return tuple(found)


def _decided_sql(predicted: str, pairs: str, matching: Matching) -> str:
    """Same and doubtful pairs with their levels, decision and rule."""
    levels = ", ".join(f"{level_sql(comparison.id)} AS {comparison.id}" for comparison in COMPARISONS)
    named = " ".join(f"WHEN {_rule_sql(rule)} THEN '{rule.id}'" for rule in RULES)
    lowered = {at_most: [rule.id for rule in RULES if rule.at_most == at_most] for at_most in (DIFFERENT, DOUBTFUL)}
    return f"""
        CREATE TEMP TABLE {pairs} AS
        WITH leveled AS (
            SELECT key_l, key_r, match_weight AS weight, match_probability AS probability,
                number_valid_l AND number_valid_r AS both_valid, {levels}
            FROM {predicted} WHERE match_probability >= {matching.doubtful_from!r}
        ), ruled AS (SELECT *, CASE {named} ELSE '' END AS rule FROM leveled)
        SELECT key_l, key_r, weight, probability,
            CASE WHEN rule IN ({_listed(lowered[DOUBTFUL])}) OR probability < {matching.same_from!r}
                THEN '{DOUBTFUL}' ELSE '{SAME}' END AS decision,
            rule, {", ".join(comparison.id for comparison in COMPARISONS)}
        FROM ruled WHERE rule NOT IN ({_listed(lowered[DIFFERENT])})
    """


def _rule_sql(rule: Any) -> str:
    parts = ["both_valid"] if rule.both_valid else []
    parts += [f"{name} IN ({_listed(levels)})" for name, levels in rule.when.items()]
    parts += [f"{name} NOT IN ({_listed(levels)})" for name, levels in rule.unless.items()]
    return " AND ".join(parts)


def _clusters(connection: duckdb.DuckDBPyConnection, names: Mapping[str, str], api: DuckDBAPI) -> pa.Table:
    """key, person over the pairs that are the same; person is the smallest key of the component."""
    same = f"SELECT key_l, key_r FROM {names['pairs']} WHERE decision = '{SAME}'"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {names['edges']} AS {same}")
    if not _number(connection, f"SELECT count(*) FROM {names['edges']}"):
        return pa.table({"key": pa.array([], pa.string()), "person": pa.array([], pa.string())})
    nodes = f"SELECT key_l AS key FROM {names['edges']} UNION SELECT key_r FROM {names['edges']}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {names['nodes']} AS {nodes}")
    found = cluster_pairwise_predictions_at_threshold(
        api.register(names["nodes"]), api.register(names["edges"]), api, node_id_column_name="key"
    )
    stable = f"""SELECT key, min(key) OVER (PARTITION BY cluster_id) AS person
        FROM {found.physical_name} ORDER BY person, key"""
    return connection.sql(stable).to_arrow_table()


def _break_chains(
    connection: duckdb.DuckDBPyConnection, names: Mapping[str, str], clusters: pa.Table, matching: Matching
) -> None:
    """Makes the pairs of a cluster doubtful when two of its members are different persons by a rule."""
    members: dict[str, list[str]] = {}
    for key, person in zip(clusters["key"].to_pylist(), clusters["person"].to_pylist(), strict=True):
        members.setdefault(person, []).append(key)
    chains = {person: keys for person, keys in members.items() if len(keys) > 2}
    if not chains:
        return
    known = _read_back(connection, names["all"], [key for keys in chains.values() for key in keys])
    broken = [
        key
        for keys in chains.values()
        if any(_two_persons(known[one], known[two], matching) for one, two in combinations(sorted(keys), 2))
        for key in keys
    ]
    if broken:
        connection.execute(
            f"UPDATE {names['pairs']} SET decision = '{DOUBTFUL}', rule = '{CHAIN_RULE}' "
            f"WHERE decision = '{SAME}' AND key_l IN (SELECT unnest(?))",
            [broken],
        )


def _two_persons(one: Normalised, two: Normalised, matching: Matching) -> bool:
    judged = judge_pair(one, two, matching)
    return any(rule.id == judged.rule and rule.at_most == DIFFERENT for rule in RULES)


def _read_back(connection: duckdb.DuckDBPyConnection, table: str, keys: list[str]) -> dict[str, Normalised]:
    query = f"SELECT {', '.join(SCHEMA.names)} FROM {table} WHERE key IN (SELECT unnest(?))"
    rows = connection.execute(query, [keys]).fetchall()
    return {row[0]: Normalised(**dict(zip(SCHEMA.names, row, strict=True))) for row in rows}


def _load(connection: duckdb.DuckDBPyConnection, table: str, given: pa.Table | pa.RecordBatchReader) -> int:
    stream = f"{table}_stream"
    connection.register(stream, normalised_batches(given))
    try:
        connection.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM {stream}")
    finally:
        connection.unregister(stream)
    return _number(connection, f"SELECT count(*) FROM {table}")


@contextmanager
def loaded(
    connection: duckdb.DuckDBPyConnection, registrations: pa.Table | pa.RecordBatchReader
) -> Iterator[tuple[str, int]]:
    """The registrations as a table of the connection while they are needed: its name and its number of rows."""
    with _tables(connection) as names:
        yield names["all"], _load(connection, names["all"], registrations)


@contextmanager
def _tables(connection: duckdb.DuckDBPyConnection) -> Iterator[Mapping[str, str]]:
    """Names of tables of this run alone; they are dropped at its end."""
    run = uuid.uuid4().hex[:12]
    names = {name: f"identity_{name}_{run}" for name in ("all", "registered", "arriving", "pairs", "edges", "nodes")}
    try:
        yield names
    finally:
        for name in names.values():
            kinds = connection.execute(
                "SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name]
            ).fetchall()
            for (kind,) in kinds:
                connection.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {name}")


def _nothing(count: int) -> Linking:
    text, number = pa.string(), pa.float64()
    columns = {"key_l": text, "key_r": text, "weight": number, "probability": number, "decision": text, "rule": text}
    columns |= {comparison.id: text for comparison in COMPARISONS}
    pairs = pa.schema(list(columns.items())).empty_table()
    return Linking(pairs, pa.schema([("key", text), ("person", text)]).empty_table(), count, 0)


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    [(number,)] = connection.execute(query).fetchall()
    return int(number)


def _listed(words: Any) -> str:
    return ", ".join(f"'{word}'" for word in words) or "''"
