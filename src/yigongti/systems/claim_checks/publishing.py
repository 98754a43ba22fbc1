"""From the lake before the pages: the month's findings into PostgreSQL in one transaction, in the place of what was
published of it before. Runs in the close (command line or worker), with the connection that bypasses row security.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from yigongti.engines.claim_checks.public import ClaimChecks, said
from yigongti.facts.public import Lake, Snapshot, derived_path, read_derived
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.lookback import absent_kinds, wider
from yigongti.systems.claim_checks.models import BillFindings, CheckedMonth, CheckSum, Finding, InstitutionVolume
from yigongti.systems.claim_checks.month import BILLS, FINDINGS, VOLUMES, result_key
from yigongti.systems.claim_checks.month_facts import Place

BULK = "bulk"
_BATCH = 2000
_LEVELS = {
    Institution.Kind.COUNTY_HOSPITAL.value: "county",
    Institution.Kind.TCM_HOSPITAL.value: "county",
    Institution.Kind.MATERNAL_CHILD.value: "county",
    Institution.Kind.TOWNSHIP_HOSPITAL.value: "township",
    Institution.Kind.VILLAGE_CLINIC.value: "village",
}


@dataclass(frozen=True, slots=True)
class Published:
    """How many rows stand before the pages now."""

    findings: int
    bills: int
    sums: int


def places(using: str = BULK) -> dict[str, Place]:
    """Institution code → what the checks need to know of it: the register's level, or that of its kind."""
    rows = Institution.objects.using(using).order_by("code").values_list("code", "level", "kind", "community")
    return {code: Place(level or _LEVELS.get(kind, ""), kind, community) for code, level, kind, community in rows}


def place_of(institution: Institution) -> Place:
    """One institution as the checks see it."""
    level = institution.level or _LEVELS.get(institution.kind, "")
    return Place(level, institution.kind, institution.community)


def publish_month(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, checks: ClaimChecks, at: datetime
) -> Published:
    """Put the month before the pages; `check_month` has written it before. at: the instant of publishing, aware.

    Raises NotFound when the month was not checked for these facts and checks, and InvalidInput for an institution that
    is not in the register; then what was published before stays.
    """
    wide = wider(month, lake, snapshot, policy)
    key = result_key(snapshot, wide, policy, checks, places())
    findings = read_derived(lake, FINDINGS, month, key).to_pylist()
    bills = read_derived(lake, BILLS, month, key).to_pylist()
    volumes = read_derived(lake, VOLUMES, month, key).to_pylist()
    ids = dict(Institution.objects.using(BULK).values_list("code", "id"))
    _require_known(ids, [*findings, *volumes])
    with transaction.atomic(using=BULK):
        for model in (Finding, BillFindings, CheckSum, InstitutionVolume):
            model.objects.using(BULK).filter(month=str(month)).delete()
        published = Published(
            _create(Finding, (_finding(row, ids, month, checks) for row in findings)),
            _create(BillFindings, (_bill(row, ids, month) for row in bills)),
            _create(CheckSum, _sums(findings, ids, month)),
        )
        _create(InstitutionVolume, (_volume(row, ids, month) for row in volumes))
        CheckedMonth.objects.using(BULK).update_or_create(
            month=str(month),
            defaults={
                "release": policy.release.digest, "snapshot": snapshot.versions, "snapshot_digest": snapshot.digest,
                "months_read": [str(each) for each in wide.months if each != month],
                "months_read_digest": wide.digest, "checks_digest": checks.digest,
                "absent": absent_kinds(month, lake, snapshot), "key": key, "published_at": at,
                "digests": {
                    name: hashlib.sha256(derived_path(lake, name, month, key).read_bytes()).hexdigest()
                    for name in (FINDINGS, BILLS, VOLUMES)
                },
            },
        )  # fmt: skip
    return published


def _require_known(ids: Mapping[str, int], rows: Iterable[Mapping[str, Any]]) -> None:
    unknown = sorted({row["institution_code"] for row in rows} - set(ids))
    if unknown:
        raise InvalidInput(
            "claim_checks.institution_unknown",
            zh=f"机构登记中没有：{'、'.join(unknown)}，请先登记机构再公布",
            en=f"the register has no institution {', '.join(unknown)}: register it before publishing",
        )


def _create(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    return len(model._default_manager.using(BULK).bulk_create(rows, batch_size=_BATCH))


def _finding(row: Mapping[str, Any], ids: Mapping[str, int], month: Month, checks: ClaimChecks) -> Finding:
    return Finding(institution_id=ids[row["institution_code"]], month=str(month), **finding_fields(row, checks))


def finding_fields(row: Mapping[str, Any], checks: ClaimChecks) -> dict[str, Any]:
    """A row of the derived table as fields of Finding, without institution and month."""
    told = said(
        checks.check(row["check"]), item=row["item"], limit=row["limit"], observed=row["observed"], other=row["other"],
        amount=row["amount"], line=row["line_number"],
    )  # fmt: skip
    names = ("case_id", "line_number", "version", "strength", "department_code", "physician", "care_setting", "amount",
             "counted", "evidence", "knowledge")  # fmt: skip
    return {
        **{name: row[name] for name in names},
        "check_id": row["check"],
        "happened_on": row["on"],
        "item": row["item"][:200],
        "other": row["other"][:200],
        "said_zh": told.zh,
        "said_en": told.en,
    }


def _bill(row: Mapping[str, Any], ids: Mapping[str, int], month: Month) -> BillFindings:
    fields = {name: value for name, value in row.items() if name != "institution_code"}
    return BillFindings(institution_id=ids[row["institution_code"]], month=str(month), **fields)


def _volume(row: Mapping[str, Any], ids: Mapping[str, int], month: Month) -> InstitutionVolume:
    fields = {name: row[name] for name in ("bills", "lines", "claimed")}
    return InstitutionVolume(institution_id=ids[row["institution_code"]], month=str(month), **fields)


def _sums(rows: Iterable[Mapping[str, Any]], ids: Mapping[str, int], month: Month) -> Iterable[CheckSum]:
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = tuple(row[n] for n in ("institution_code", "department_code", "physician", "check", "strength"))
        groups.setdefault(key, []).append(row)
    for (code, department, physician, check, strength), own in groups.items():
        yield CheckSum(
            institution_id=ids[code], month=str(month), department_code=department, physician=physician,
            check_id=check, strength=strength, findings=len(own), bills=len({row["case_id"] for row in own} - {""}),
            amount=sum((row["amount"] for row in own), Decimal(0)),
            counted=sum((row["counted"] for row in own), Decimal(0)),
        )  # fmt: skip
