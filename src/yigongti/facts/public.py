"""The door of the store of facts.

lake = Lake(folder)
run = dry_run(path, "discharges", "H001", Month(2026, 10), lake=lake, folder=workspace)
receipt = commit(lake, run, submission_id="…", submitted_by="…", submitted_at=instant)
connection = connect(lake, take_snapshot(lake, [Month(2026, 10)]))
connection.table("discharges").count().execute()
"""

from yigongti.facts.arrow_schemas import lake_schema, rows_schema
from yigongti.facts.codes.conversion import CodeConversion, PendingCode, UnknownCode, decisions_from_table
from yigongti.facts.codes.crosswalks import Crosswalk, Crosswalks, load_crosswalks
from yigongti.facts.connections import connect
from yigongti.facts.derived import DerivedFile, derived_path, read_derived, write_derived
from yigongti.facts.duckdb_backend import DuckDBBackend, open_duckdb, plain_sql
from yigongti.facts.history import PastFile, load_history
from yigongti.facts.lake import Lake
from yigongti.facts.receipts import Receipt
from yigongti.facts.snapshots import Snapshot, submissions_in_force, take_snapshot
from yigongti.facts.submissions.commit import commit
from yigongti.facts.submissions.dry_run import DryRun, dry_run, load_dry_run
from yigongti.facts.submissions.error_workbook import write_error_workbook
from yigongti.facts.submissions.limits import Limits
from yigongti.facts.submissions.profiles import MappingProfile
from yigongti.facts.submissions.row_errors import PROBLEMS, RowError, RowErrors
from yigongti.facts.submissions.warnings import FileWarning

__all__ = [
    "PROBLEMS",
    "CodeConversion",
    "Crosswalk",
    "Crosswalks",
    "DerivedFile",
    "DryRun",
    "DuckDBBackend",
    "FileWarning",
    "Lake",
    "Limits",
    "MappingProfile",
    "PastFile",
    "PendingCode",
    "Receipt",
    "RowError",
    "RowErrors",
    "Snapshot",
    "UnknownCode",
    "commit",
    "connect",
    "decisions_from_table",
    "derived_path",
    "dry_run",
    "lake_schema",
    "load_crosswalks",
    "load_dry_run",
    "load_history",
    "open_duckdb",
    "plain_sql",
    "read_derived",
    "rows_schema",
    "submissions_in_force",
    "take_snapshot",
    "write_derived",
    "write_error_workbook",
]
