"""Rows as they were submitted, read from the lake.

To be called only with what row security has let through (a front page, a submission): the lake knows no actor.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from yigongti.facts.public import Lake
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.systems.front_pages.models import FrontPage, JudgedMonth, Submission

_BATCH = 5_000


@lru_cache(maxsize=1)
def _lake(root: str) -> Lake:
    return Lake(root)


def lake() -> Lake:
    """The installation's lake, opened once for each process."""
    return _lake(str(settings.LAKE_ROOT))


def page_row(page: FrontPage, month: JudgedMonth | None) -> dict[str, Any] | None:
    """The page's row at the version that was judged; None where the lake does not hold it."""
    version = month.versions.get("discharges") if month else None
    for file in lake().files("discharges", version, [Month.parse(page.month)]):
        if file.institution_code == page.institution.code:
            found = pq.read_table(file.uri, filters=[("case_id", "==", page.case_id)], partitioning=None)
            if found.num_rows:
                return dict(found.to_pylist()[0])
    return None


def rows_as_csv(submission: Submission) -> Iterator[str]:
    """All rows of a committed submission, as it was then: the product's own column names, lists joined with "|"."""
    names = [column.name for column in FACT_TABLES[submission.kind]]
    yield "\ufeff" + ",".join(names) + "\r\n"
    for file in lake().files(submission.kind, submission.version, [Month.parse(submission.month)]):
        if file.institution_code != submission.institution.code:
            continue
        with pq.ParquetFile(file.uri) as stored:
            for batch in stored.iter_batches(batch_size=_BATCH):
                lines = io.StringIO()
                writer = csv.writer(lines)
                for row in batch.to_pylist():
                    row["institution_code"] = file.institution_code  # a partition's value is not in its file
                    writer.writerow([written(row.get(name)) for name in names])
                yield lines.getvalue()


def written(value: Any) -> str:
    """A value as a file of ours writes it: lists joined with "|", instants in Shanghai's time."""
    from django.utils import timezone

    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(written(part) for part in value)
    if hasattr(value, "hour"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    text = str(value)
    # a text that a spreadsheet would take for a formula is told apart from one
    return "'" + text if text[:1] in "=+@\t\r" else text
