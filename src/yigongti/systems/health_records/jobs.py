"""Background work of health records: merging the sure pairs, extracts, and every night the counts."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django import app

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.jobs.public import Progress, job
from yigongti.kernel.people.actions.decide_pair import merge_certain
from yigongti.systems.health_records.actions.clear_pairs import CLEAR
from yigongti.systems.health_records.actions.take_extract import EXTRACT, PERMISSION


@job(CLEAR, Text("合并确定为同一人的登记", "Merge the sure pairs"))
def clear(progress: Progress, actor: Actor) -> dict[str, Any]:
    """Merge every sure pair; each merge is a transaction of its own and can be taken back."""
    with progress.step(Text("逐对合并", "Merging pair by pair")) as step:
        merged, left = merge_certain(actor, reason="引擎判定为同一人，批量合并", at=timezone.now())
        step.at(merged)
        step.note(
            Text(
                f"已合并 {merged:,} 对，{left:,} 对留待人工判断",
                f"{merged:,} pairs merged, {left:,} left to a person",
            )
        )
    return {"merged": merged, "left": left}


@job(EXTRACT, Text("去标识统计提取", "De-identified extract"))
def extract(progress: Progress, actor: Actor, *, columns: list[str], purpose: str) -> dict[str, Any]:
    """Count over all institutions at which the starter may take extracts."""
    from yigongti.systems.health_records.extracting import extract_of

    today = timezone.localdate()
    reach = [span for post in actor.posts if PERMISSION in post.role.permissions for span in post.reach]
    institutions = sorted({number for first, end in reach for number in range(first, end)})
    smallest = int(str(policy().value("records.smallest_cell", on=today)))
    with progress.step(Text("汇总并隐去小格", "Counting, small cells left out")) as step:
        made = extract_of(institutions, columns, smallest, today)
        step.at(len(made.cells))
        step.note(
            Text(
                f"{len(made.cells):,} 格；{made.left_out:,} 格少于 {smallest} 人，未给出",
                f"{len(made.cells):,} cells; {made.left_out:,} cells of fewer than {smallest} residents left out",
            )
        )
    return {**made.as_data(), "purpose": purpose}


@app.periodic(cron="41 18 * * *")  # UTC: 02:41 in the county
@app.task(name="yigongti.health_records_count", queueing_lock="yigongti.health_records_count")
def count(timestamp: int) -> None:
    """Count residents and records anew for the page of supervisors."""
    from yigongti.systems.health_records.public import publish_counts

    try:
        publish_counts(timezone.now())
    finally:
        connections.close_all()  # the worker's threads come and go
