"""A month of the lake into the records: what the monthly close runs as its last step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from yigongti.foundation.policy import Policy
from yigongti.processes.discharge_records.collecting import Collected, collect_discharges
from yigongti.processes.discharge_records.dictionaries import code_names

_AT_ONCE = 2_000


def collect_month(connection: Any, policy: Policy, at: datetime) -> Collected:
    """Collect the discharges of the month that the connection shows (facts.public.connect of its snapshot)."""
    settled = connection.table("settlement_lists").to_pyarrow().to_pylist()
    return collect_discharges(
        _rows(connection),
        {(row["institution_code"], row["case_id"]): row for row in settled},
        policy=policy,
        names=code_names(Path(settings.DATA_FOLDER) / "codes" / "names"),
        at=at,
    )


def _rows(connection: Any) -> Iterator[dict[str, Any]]:
    discharges = connection.table("discharges").order_by(["institution_code", "case_id"])
    for batch in discharges.to_pyarrow_batches(chunk_size=_AT_ONCE):
        yield from batch.to_pylist()
