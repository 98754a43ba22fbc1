"""A change of policy on its way in the demo: the county hospitals' inpatient ratio of the residents' scheme goes down a
little, is rehearsed over the closed months, and waits for the second officer's signature. Everything is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from yigongti.demo.acting import people, take
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import run
from yigongti.processes.rehearsal.actions.begin_rehearsal import begin_rehearsal, office_of
from yigongti.processes.rehearsal.actions.edit_files import set_value
from yigongti.processes.rehearsal.actions.run_rehearsal import ask_for_run
from yigongti.processes.rehearsal.editing import fields_of
from yigongti.processes.rehearsal.models import Rehearsal

_BULK = "bulk"
PARAMETER, CASE = "benefit.inpatient_ratios", "value:390/county"
LOWERED_BY = Decimal("0.03")
TITLE = "县级医院住院报销比例下调 3 个百分点（示范）"
REASON = "（演示）引导常见病在乡镇卫生院住院：县级医院报销比例下调 3 个百分点，乡镇卫生院不变。"
SOURCE = "（演示）关于调整居民医保住院待遇的通知（征求意见稿）"


def rehearse_a_change(months: Sequence[Month], *, at: datetime) -> int:
    """Begin it, rehearse it over the months and send it on, as far as that has not been done; how many there are.

    Does nothing where the officer is missing.
    """
    officer = people("insurance", at=at).get("insurance")
    if officer is not None:
        _on(officer, months, at)
    return Rehearsal.objects.using(_BULK).count()


def _on(officer: Actor, months: Sequence[Month], at: datetime) -> None:
    states = Rehearsal.State
    found = Rehearsal.objects.using(_BULK).filter(title=TITLE).order_by("pk")
    if not found.exists():
        _begin(officer, months, at)
    if found[0].state == states.DRAFT:
        with scope(officer):
            job = ask_for_run(officer, found[0], at=at)
        run(job.pk)
    if found[0].state == states.DONE:
        take(officer, found[0].matter_id, "send", at=at)


def _begin(officer: Actor, months: Sequence[Month], at: datetime) -> None:
    """The question: from the first of January after next month, over the closed months."""
    year = (timezone.localdate(at) + timedelta(days=31)).year + 1
    with scope(officer):
        made = begin_rehearsal(
            officer, office_of(officer), title=TITLE, reason=REASON, effective_on=date(year, 1, 1),
            first_month=months[0], last_month=months[-1], at=at,
        )  # fmt: skip
        given = {field.name: field.text for field in fields_of(policy().parameter(PARAMETER), made.effective_on)}
        given[CASE] = ", ".join(str(Decimal(text) - LOWERED_BY) for text in given[CASE].split(", "))
        set_value(officer, made, PARAMETER, given, document_title=SOURCE, at=at)
