"""A department asks for a case to be grouped by other codes, and says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import Matter, open_matter
from yigongti.kernel.trail.public import record
from yigongti.systems.casemix_payment.actions.feedback_window import require_open
from yigongti.systems.casemix_payment.models import AdjustmentRequest, PricedCase, PublishedMonth
from yigongti.systems.casemix_payment.what_if import outcome

PERMISSION = "casemix_payment.ask_change"
LONGEST_REASON = 2000


def ask_change(
    actor: Actor,
    case: PricedCase,
    *,
    diagnoses: Sequence[str],
    procedures: Sequence[str],
    reason: str,
    policy: Policy,
    at: datetime,
    newborn: tuple[int | None, int | None] = (None, None),
) -> AdjustmentRequest:
    """Ask for the case to be grouped by these codes (the principal ones first). newborn: age in days and birth weight.

    Raises NotPermitted, InvalidInput (no reason, no principal diagnosis, nothing changed) and Conflict (the feedback
    window is over, or a request for this case is waiting already).
    """
    actor.require(PERMISSION, case.institution_id)
    month = PublishedMonth.objects.filter(month=case.month).first()
    require_open(month, timezone.localtime(at).date())
    _require_sense(case, diagnoses, procedures, reason)
    asked = outcome(case, diagnoses, procedures, policy, age_days=newborn[0], birth_weight_g=newborn[1])
    request = AdjustmentRequest(
        matter=_matter(actor, case, reason, at),
        institution_id=case.institution_id,
        month=case.month,
        case_id=case.case_id,
        department_code=case.department_code,
        reason=reason.strip(),
        asked_by_id=actor.account_id,
        asked_by_name=actor.display_name,
        asked_at=at,
        diagnoses_before=case.diagnoses,
        procedures_before=case.procedures,
        drg_before=case.drg,
        weight_before=case.weight,
        pay_before=case.pay,
        diagnoses_asked="|".join(diagnoses),
        procedures_asked="|".join(procedures),
        drg_asked=asked.grouping.drg,
        weight_asked=asked.weight,
        pay_asked=asked.pay,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise _waiting(case) from error
    record(
        actor,
        PERMISSION,
        subject=f"{case.month} {case.case_id}",
        at=at,
        institution_id=case.institution_id,
        detail={"request": request.pk, "drg_before": case.drg, "drg_asked": asked.grouping.drg},
    )
    return request


def _matter(actor: Actor, case: PricedCase, reason: str, at: datetime) -> Matter:
    """What waits for the coder, by a date. Raises Conflict when one waits already."""
    try:
        return open_matter(
            actor, "casemix_payment.adjustment", subject=f"{case.month}/{case.institution.code}/{case.case_id}",
            title=Text(f"病例 {case.case_id} 的分组异议", f"Grouping of case {case.case_id}"),
            institution=case.institution, owner=case.institution, at=at, words=reason.strip(),
            department_code=case.department_code, month=case.month,
        )  # fmt: skip
    except Conflict:
        raise _waiting(case) from None


def _waiting(case: PricedCase) -> Conflict:
    return Conflict(
        "casemix.request_waiting",
        zh="该病例已有一条异议正在等待答复",
        en="a request for this case is waiting for its answer already",
        where=case.case_id,
    )


def _require_sense(case: PricedCase, diagnoses: Sequence[str], procedures: Sequence[str], reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(
            "casemix.reason_missing",
            zh=f"请写明理由（不超过 {LONGEST_REASON} 字）",
            en=f"say the reason, in at most {LONGEST_REASON} characters",
        )
    if not diagnoses:
        raise InvalidInput("casemix.no_principal", zh="请至少保留主要诊断", en="keep at least the principal diagnosis")
    if "|".join(diagnoses) == case.diagnoses and "|".join(procedures) == case.procedures:
        raise InvalidInput(
            "casemix.nothing_changed",
            zh="编码与现有分组所用的相同，没有可申请的变更",
            en="the codes are those that the case was grouped by: there is nothing to change",
        )
