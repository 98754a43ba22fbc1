"""A sample of a month's findings is drawn, and its rows are reviewed one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yigongti.engines.claim_checks.public import SampleRow, allocation, drawn, sizes, strata_of
from yigongti.foundation.errors import InvalidInput, NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.models import Finding, Sample, SampledFinding

PERMISSION = "claim_checks.sample"
MOST = 2000


def draw_sample(
    actor: Actor, institution: Institution, month: Month, institution_ids: Iterable[int], *, seed: int, size: int,
    level: Decimal, at: datetime, strata: str = Sample.Strata.CHECK, by: str = Sample.Allocation.YUAN,
    bands: Sequence[Decimal] = (),
) -> Sample:  # fmt: skip
    """Draw from the bills' findings of the institution and all below it that count any yuan. strata: what strata are
    made by; by: how rows are divided among them; bands: of amounts, where strata are made by them.

    Raises NotPermitted; NotFound for a month that was not checked; InvalidInput for a size, seed, strata or division
    that is none, for more strata than a sample can hold, and where there is nothing to draw from.
    """
    actor.require(PERMISSION, institution.pk)
    checked = queries.checked(month)
    if checked is None:
        raise NotFound("claim_checks.month_not_checked", zh="该月尚未审核", en="the month has not been checked yet")
    if not 2 <= size <= MOST or not 0 <= seed < 2**63:
        raise InvalidInput(
            "claim_checks.sample_size", zh=f"样本量应为 2 至 {MOST}", en=f"a sample has 2 to {MOST} rows"
        )
    rows = queries.findings(actor, month, institution_ids).exclude(case_id="").filter(counted__gt=0)
    found = _by_key(rows.select_related("institution"))
    if not found:
        raise InvalidInput("claim_checks.nothing_to_draw", zh="没有可抽样的疑点", en="there is nothing to draw from")
    parts = strata_of(
        [SampleRow(key, row.check_id, row.institution.code, row.counted) for key, row in found.items()],
        by=strata.split(","),
        bands=bands,
    )
    wanted = allocation(parts, size, by)
    if sum(wanted.values()) > MOST:
        raise InvalidInput(
            "claim_checks.too_many_strata",
            zh=f"分层过细：{len(parts)}层每层至少两行，超过{MOST}行",
            en=f"too many strata: two rows of each of {len(parts)} are more than {MOST}",
        )
    with transaction.atomic():
        sample = Sample.objects.create(
            institution=institution, month=str(month), seed=seed, size=size, strata=strata, allocation=by,
            method=Sample.Method.HASH, level=level, key=checked.key,
            population={name: [part.findings, str(part.yuan)] for name, part in sizes(parts).items()},
            made_by_id=actor.account_id, made_by_name=actor.display_name, made_at=at,
        )  # fmt: skip
        chosen = enumerate(drawn(parts, wanted, seed), start=1)
        SampledFinding.objects.bulk_create(_row(sample, n, name, found[row.key]) for n, (name, row) in chosen)
        record(
            actor, PERMISSION, subject=f"sample {sample.pk} {month}", at=at, institution_id=institution.pk,
            detail={"seed": seed, "size": size, "strata": strata, "by": by},
        )  # fmt: skip
    return sample


def _by_key(rows: Iterable[Finding]) -> dict[str, Finding]:
    """Each finding by what names it for good, also after the month was published anew: its ids of the database change.
    Several of a check on one row are told apart by their number in the order of what they say."""
    seen: Counter[str] = Counter()
    found = {}
    for row in sorted(rows, key=lambda row: (row.item, row.other, row.said_zh, row.counted)):
        key = f"{row.institution.code}/{row.case_id}/{row.line_number or ''}/{row.check_id}"
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key}#{seen[key]}"] = row
    return found


def _row(sample: Sample, place: int, stratum: str, row: Finding) -> SampledFinding:
    return SampledFinding(
        sample=sample, institution_id=row.institution_id, place=place, stratum=stratum, case_id=row.case_id,
        line_number=row.line_number, check_id=row.check_id, strength=row.strength, counted=row.counted,
        said_zh=row.said_zh, said_en=row.said_en,
    )  # fmt: skip


def review_row(
    actor: Actor, number: int, place: int, *, verdict: str, recover: Decimal | None, remark: str, at: datetime
) -> SampledFinding:
    """Say of a drawn finding whether it is right and how much is to be recovered (none given: all that it counts).

    Raises NotFound, NotPermitted, and InvalidInput for no verdict or an amount below 0 or above what it counts.
    """
    sample = queries.the_sample(actor, number)
    actor.require(PERMISSION, sample.institution_id)
    row = queries.sampled(sample).select_for_update().filter(place=place).first()
    if row is None:
        raise NotFound("claim_checks.sampled_not_found", zh="样本中没有这一行", en="the sample has no such row")
    if verdict not in SampledFinding.Verdict.values:
        raise InvalidInput("claim_checks.no_verdict", zh="请选择属实或不属实", en="say whether it is right")
    amount = Decimal(0) if verdict == SampledFinding.Verdict.WRONG else row.counted if recover is None else recover
    if not 0 <= amount <= row.counted:
        raise InvalidInput(
            "claim_checks.recover_out_of_range",
            zh=f"追回金额应在 0 至 {row.counted:,} 元之间",
            en=f"between 0 and {row.counted:,} yuan can be recovered",
        )
    row.verdict, row.recover, row.remark = verdict, amount, remark.strip()[:300]
    row.reviewed_by_name, row.reviewed_at = actor.display_name, at
    row.save()
    return row
