"""What does row history cost, by triggers for each statement and by triggers for each row?

    python bench/row_history/measure.py [--rows 50000] [--single 1000]

A copy of people_resident (26 columns) on an embedded database of its own: inserted in one statement, changed in one
statement (one column of every row), changed row by row in statements of their own within one transaction, removed in
one statement; without history, with ours (row_history.py), and with a row trigger that writes the same lines (but one
for each row of a load). Each three times; the quickest counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent

ROW_TRIGGER = """
CREATE FUNCTION public.by_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    was jsonb; now jsonb; before jsonb; after jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN now := to_jsonb(NEW); END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(f.k, f.v), jsonb_object_agg(f.k, now -> f.k) INTO before, after
          FROM jsonb_each(was) f (k, v) WHERE (now -> f.k) IS DISTINCT FROM f.v;
        IF before IS NULL THEN RETURN NULL; END IF;
    ELSE
        before := was;
    END IF;
    INSERT INTO public.trail_rowchange (table_name, row_key, operation, account_id, by_resident_id, purpose,
        database_role, institution_id, resident_id, about_residents, before, after)
    VALUES (TG_TABLE_NAME, coalesce(now, was) ->> 'id', lower(TG_OP), scope.account_id(), scope.resident_id(),
        scope.purpose(), session_user, (coalesce(now, was) ->> 'institution_id')::int,
        (coalesce(now, was) ->> 'id')::bigint, true, before, after);
    RETURN NULL;
END $$;
"""
FILL = """
INSERT INTO copied (id, public_id, institution_id, state, name, name_sound, sex, number_kind, number_sealed,
    number_index, phone_sealed, phone_index, address, village_code, relation_to_head, insurance_type, insured_number,
    registered_at, registered_by_id, version)
SELECT n, gen_random_uuid(), 1, 'active', '演示·' || n, 'yan shi', '1', 'resident_number', md5(n::text) || md5(n::text),
    md5(n::text), md5(n::text), md5(n::text), '示范县东村 ' || n, '999901001001', '1', '310', n::text, now(), 0, 1
  FROM generate_series(1, %s) n
"""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=50_000)
    asked.add_argument("--single", type=int, default=1_000)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yigongti-history-"))
    folder.chmod(0o755)
    os.environ |= {"YIGONGTI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product"}
    sys.path.insert(0, str(HERE.parents[1] / "src"))
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: python bench/row_history/measure.py {' '.join(sys.argv[1:])}")
    try:
        from yigongti.interfaces.cli.project import opened

        with opened():
            from yigongti.interfaces.cli.supervising import make_ready

            make_ready()
            _measure(given.rows, given.single)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(rows: int, single: int) -> None:
    from yigongti.config.embedded_postgres import EmbeddedPostgres
    from yigongti.config.paths import data_folder
    from yigongti.kernel.trail.row_history import KeepHistory

    ours = KeepHistory("copied", resident="id", about_residents=True).statements()
    by_row = [
        "CREATE TRIGGER by_row AFTER INSERT OR UPDATE OR DELETE ON copied FOR EACH ROW EXECUTE FUNCTION public.by_row()"
    ]
    with psycopg.connect(EmbeddedPostgres(data_folder()).url("postgres"), autocommit=True) as connection:
        connection.execute(ROW_TRIGGER)
        print(f"\nseconds{'':<26}{'insert':>9}{'update':>9}{f'{single:,} single':>14}{'delete':>9}{'bytes a line':>14}")
        for said, triggers in (("without history", []), ("statement triggers (ours)", ours), ("row triggers", by_row)):
            found = [_once(connection, triggers, rows, single) for _ in range(3)]
            best = [min(each) for each in zip(*found, strict=True)]
            print(f"{said:<33}{best[0]:>9.2f}{best[1]:>9.2f}{best[2]:>14.2f}{best[3]:>9.2f}{best[4]:>14.0f}")


def _once(connection: psycopg.Connection, triggers: list[str], rows: int, single: int) -> list[float]:
    connection.execute("DROP TABLE IF EXISTS copied")
    connection.execute("CREATE TABLE copied (LIKE people_resident INCLUDING ALL)")
    connection.execute("SET app.maintenance = 'on'")
    connection.execute("TRUNCATE trail_rowchange")
    for statement in triggers:
        connection.execute(statement)
    times = [_timed(connection, FILL % rows)]
    times.append(_timed(connection, "UPDATE copied SET insurance_type = '390'"))
    began = time.perf_counter()
    with connection.transaction():
        for number in range(1, single + 1):
            connection.execute("UPDATE copied SET version = version + 1 WHERE id = %s", [number])
    times.append(time.perf_counter() - began)
    lines, size = connection.execute(
        "SELECT (SELECT count(*) FROM trail_rowchange), sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
        " WHERE inhparent = 'trail_rowchange'::regclass"
    ).fetchone()
    times.append(_timed(connection, "DELETE FROM copied"))
    return [*times, float(size) / lines if lines else 0.0]


def _timed(connection: psycopg.Connection, statement: str) -> float:
    began = time.perf_counter()
    connection.execute(statement)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
