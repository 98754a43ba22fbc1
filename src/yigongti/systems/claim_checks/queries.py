"""Reads of checked months. Row security lets through the actor's institutions; the department of a post, which the
database does not know of, is asked here: every read of rows begins with `own_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.queries import own_rows
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.organisations.models import Department, Institution
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.claim_checks.models import (
    BillFindings,
    ChangeOfCheck,
    CheckedMonth,
    CheckSum,
    Finding,
    KnowledgeBatch,
    RehearsedRow,
    Sample,
    SampledFinding,
    SelfCheck,
    SelfCheckFinding,
)

SEE = "claim_checks.see"
SUMS = ("findings", "bills", "amount", "counted")


def checked(month: Month) -> CheckedMonth | None:
    """What the month's findings rest on; None before its checks have run."""
    return CheckedMonth.objects.filter(month=str(month)).first()


def months_before(month: Month, count: int) -> list[Month]:
    """The checked months up to and including this one, oldest first, at most `count`."""
    rows = CheckedMonth.objects.filter(month__lte=str(month)).order_by("-month").values_list("month", flat=True)
    return [Month.parse(text) for text in reversed(rows[:count])]


def sums(actor: Actor, months: Iterable[Month], institution_ids: Iterable[int]) -> QuerySet[CheckSum]:
    """The sums of these months and institutions, as far as they are the actor's to see."""
    wanted = [str(month) for month in months]
    return CheckSum.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month__in=wanted)


def summed(rows: QuerySet[CheckSum], *by: str) -> list[dict[str, Any]]:
    """The sums for each combination of the columns `by`, one dict each, in their order."""
    found = rows.order_by(*by).values(*by).annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
    return [{**{key: row[key] for key in by}, **{name: row[f"sum_{name}"] for name in SUMS}} for row in found]


def total(rows: QuerySet[CheckSum]) -> dict[str, Any]:
    """The sums over all rows; zero where there is none."""
    found = rows.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in SUMS})
    return {name: found[f"sum_{name}"] or Decimal(0) for name in SUMS}


def findings(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[Finding]:
    """The month's findings of these institutions, as far as they are the actor's to see."""
    return Finding.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month=str(month))


def the_finding(actor: Actor, number: int) -> Finding:
    """One finding. Raises NotFound when there is none or it is not the actor's to see."""
    found = Finding.objects.filter(own_rows(actor, SEE), pk=number).select_related("institution").first()
    if found is None:
        raise _not_found("finding", "没有这条疑点，或您无权查看", "there is no such finding, or it is not yours to see")
    return found


def bills(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[BillFindings]:
    """The month's bills with findings of these institutions, as far as they are the actor's to see."""
    return BillFindings.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month=str(month))


def the_bill(actor: Actor, month: Month, institution_code: str, case_id: str) -> BillFindings:
    """One bill with findings. Raises NotFound when there is none or it is not the actor's to see."""
    rows = BillFindings.objects.filter(own_rows(actor, SEE), month=str(month), case_id=case_id)
    found = rows.filter(institution__code=institution_code).select_related("institution").first()
    if found is None:
        raise _not_found(
            "bill", "这份账单没有疑点，或您无权查看", "nothing was found in that bill, or it is not yours to see"
        )
    return found


def findings_of_bill(actor: Actor, bill: BillFindings) -> list[Finding]:
    """The bill's findings, the dearest first. Its bill is the actor's to see; lines ordered elsewhere are then too."""
    rows = Finding.objects.filter(month=bill.month, institution_id=bill.institution_id, case_id=bill.case_id)
    return list(rows.order_by("-counted", "id"))


def findings_of_matter(actor: Actor, matter: Matter) -> list[Finding]:
    """What a matter is about. A physician who was asked to explain sees it whatever the post's department is."""
    rows = Finding.objects.filter(month=matter.month, institution_id=matter.institution_id)
    rows = rows.filter(case_id=matter.data.get("case_id", ""))
    if matter.holder_account_id != actor.account_id or not actor.account_id:
        rows = rows.filter(own_rows(actor, SEE) | Q(pk__in=[]))
    return list(rows.order_by("-counted", "id"))


def bills_of_matters(matters: Sequence[Matter]) -> dict[int, BillFindings]:
    """Matter → its bill, where it is still published."""
    found = {}
    for matter in matters:
        rows = BillFindings.objects.filter(
            month=matter.month, institution_id=matter.institution_id, case_id=matter.data.get("case_id", "")
        )
        bill = rows.first()
        if bill is not None:
            found[matter.pk] = bill
    return found


def self_checks(actor: Actor, month: Month | None = None) -> QuerySet[SelfCheck]:
    """The self-checks of the actor's own institutions; the database shows no others to anybody."""
    own = [post.institution_id for post in actor.posts if "claim_checks.self_check" in post.role.permissions]
    rows = SelfCheck.objects.filter(institution_id__in=own)
    return rows if month is None else rows.filter(month=str(month))


def the_self_check(actor: Actor, number: int) -> SelfCheck:
    """One self-check. Raises NotFound when there is none or it is not of the actor's own institution."""
    found = self_checks(actor).filter(pk=number).select_related("institution").first()
    if found is None:
        raise _not_found(
            "self_check", "没有这次自查，或您无权查看", "there is no such self-check, or it is not yours to see"
        )
    return found


def self_check_before(check: SelfCheck) -> SelfCheck | None:
    """The institution's self-check of the same month before this one."""
    rows = SelfCheck.objects.filter(institution_id=check.institution_id, month=check.month)
    return rows.filter(made_at__lt=check.made_at).order_by("-made_at").first()


def found_by(check: SelfCheck) -> QuerySet[SelfCheckFinding]:
    """What a self-check found."""
    return SelfCheckFinding.objects.filter(self_check=check)


def batches() -> QuerySet[KnowledgeBatch]:
    """All batches of knowledge, the latest first."""
    return KnowledgeBatch.objects.all()


def the_batch(number: int) -> KnowledgeBatch:
    """One batch. Raises NotFound."""
    found = KnowledgeBatch.objects.filter(pk=number).first()
    if found is None:
        raise _not_found("batch", "没有这批知识", "there is no such batch of knowledge")
    return found


def changes() -> QuerySet[ChangeOfCheck]:
    """All changes of checks, the latest first."""
    return ChangeOfCheck.objects.all()


def the_change(number: int) -> ChangeOfCheck:
    """One change. Raises NotFound."""
    found = ChangeOfCheck.objects.filter(pk=number).first()
    if found is None:
        raise _not_found("change", "没有这项调整", "there is no such change")
    return found


def rehearsed(tried: ChangeOfCheck | KnowledgeBatch, actor: Actor) -> list[RehearsedRow]:
    """What a rehearsal found at institutions that are the actor's to see, for posts of no department."""
    own = Q(pk__in=[])
    for post in actor.posts:
        if SEE in post.role.permissions and not post.department_code:
            for first, end in post.reach:
                own |= Q(institution_id__gte=first, institution_id__lt=end)
    whose = {"change" if isinstance(tried, ChangeOfCheck) else "batch": tried}
    return list(RehearsedRow.objects.filter(own, **whose))


def samples(actor: Actor, institution_ids: Iterable[int]) -> QuerySet[Sample]:
    """Samples drawn for these institutions, as far as the actor samples there."""
    return Sample.objects.filter(at_institutions(institution_ids), _sampling(actor))


def the_sample(actor: Actor, number: int) -> Sample:
    """One sample. Raises NotFound when there is none or it is not the actor's to see."""
    found = Sample.objects.filter(_sampling(actor), pk=number).select_related("institution").first()
    if found is None:
        raise _not_found("sample", "没有这次抽样，或您无权查看", "there is no such sample, or it is not yours to see")
    return found


def sampled(sample: Sample) -> QuerySet[SampledFinding]:
    """The rows of a sample, in the order of drawing."""
    return SampledFinding.objects.filter(sample=sample)


def _sampling(actor: Actor) -> Q:
    own = Q(pk__in=[])
    for post in actor.posts:
        if "claim_checks.sample" in post.role.permissions:
            for first, end in post.reach:
                own |= Q(institution_id__gte=first, institution_id__lt=end)
    return own


def institutions(ids: Iterable[int]) -> dict[int, Institution]:
    """Institutions by id."""
    return Institution.objects.in_bulk(list(ids))


def department_names(institution_ids: Iterable[int]) -> dict[tuple[int, str], Department]:
    """(institution id, department code) → department."""
    rows = Department.objects.filter(institution_id__in=list(institution_ids))
    return {(row.institution_id, row.code): row for row in rows}


def matter_of_bill(bill: BillFindings) -> Matter | None:
    """The matter that the bill became, the latest, as far as it is the actor's to see."""
    subject = subject_of_bill(bill.month, bill.institution.code, bill.case_id)
    return Matter.objects.filter(kind="claim_checks.bill", subject=subject).order_by("-id").first()


def subject_of_bill(month: str, institution_code: str, case_id: str) -> str:
    """How a matter names its bill."""
    return f"{month}/{institution_code}/{case_id}"


def amount_of(rows: Iterable[Mapping[str, Any]], strength: str) -> Decimal:
    """Yuan counted of one strength among rows that carry both."""
    return sum((row["counted"] for row in rows if row["strength"] == strength), Decimal(0))


def _not_found(what: str, zh: str, en: str) -> NotFound:
    return NotFound(f"claim_checks.{what}_not_found", zh=zh, en=en)
