"""The door of the store of facts.

    lake = Lake(folder)
    run = dry_run(path, "discharges", "H001", Month(2026, 10), lake=lake, folder=workspace)
    receipt = commit(lake, run, submission_id="…", submitted_by="…", submitted_at=instant)
"""

from yigongti.facts.lake import Lake
from yigongti.facts.receipts import Receipt
from yigongti.facts.submissions.commit import commit
from yigongti.facts.submissions.dry_run import DryRun, dry_run, load_dry_run
from yigongti.facts.submissions.limits import Limits
from yigongti.facts.submissions.profiles import MappingProfile
from yigongti.facts.submissions.row_errors import PROBLEMS, RowError, RowErrors
from yigongti.facts.submissions.warnings import FileWarning

__all__ = [
    "PROBLEMS",
    "DryRun",
    "FileWarning",
    "Lake",
    "Limits",
    "MappingProfile",
    "Receipt",
    "RowError",
    "RowErrors",
    "commit",
    "dry_run",
    "load_dry_run",
]
