"""The coder answers a request: accepts it, perhaps with other codes than asked, or declines it; always with words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.casemix_payment.models import AdjustmentRequest, PricedCase
from yigongti.systems.casemix_payment.queries import the_request
from yigongti.systems.casemix_payment.what_if import outcome

PERMISSION = "casemix_payment.answer_change"


def answer_change(
    actor: Actor,
    number: int,
    *,
    accept: bool,
    answer: str,
    policy: Policy,
    at: datetime,
    diagnoses: Sequence[str] | None = None,
    procedures: Sequence[str] | None = None,
    newborn: tuple[int | None, int | None] = (None, None),
) -> AdjustmentRequest:
    """Accept or decline. diagnoses, procedures: the codes that are accepted, None for those asked.

    The accepted codes are grouped and priced at once, and counted by the next close of the month.
    Raises NotPermitted (also for one's own request), NotFound, InvalidInput without an answer, and Conflict when it
    has been answered already.
    """
    request = the_request(actor, number, for_change=True)
    actor.require(PERMISSION, request.institution_id)
    if request.asked_by_id == actor.account_id:
        raise NotPermitted(
            "casemix.own_request", zh="不能答复自己提出的异议", en="nobody answers a request of their own"
        )
    if request.state != AdjustmentRequest.State.ASKED:
        raise Conflict(
            "casemix.request_answered", zh="这条异议已经处理", en="this request has been dealt with", where=str(number)
        )
    if not answer.strip():
        raise InvalidInput("casemix.answer_missing", zh="请写明答复", en="say the answer in words")
    request.state = AdjustmentRequest.State.ACCEPTED if accept else AdjustmentRequest.State.DECLINED
    request.answer = answer.strip()
    request.answered_by_id, request.answered_by_name = actor.account_id, actor.display_name
    request.answered_at = at
    if accept:
        _regroup(request, diagnoses, procedures, policy, newborn)
    request.save()
    record(
        actor,
        PERMISSION,
        subject=f"{request.month} {request.case_id}",
        at=at,
        institution_id=request.institution_id,
        detail={"request": request.pk, "state": str(request.state), "drg_after": request.drg_after},
    )
    return request


def _regroup(
    request: AdjustmentRequest,
    diagnoses: Sequence[str] | None,
    procedures: Sequence[str] | None,
    policy: Policy,
    newborn: tuple[int | None, int | None],
) -> None:
    final_diagnoses = tuple(request.diagnoses_asked.split("|")) if diagnoses is None else tuple(diagnoses)
    final_procedures = procedures
    if final_procedures is None:
        final_procedures = tuple(request.procedures_asked.split("|")) if request.procedures_asked else ()
    if not final_diagnoses:
        raise InvalidInput("casemix.no_principal", zh="请至少保留主要诊断", en="keep at least the principal diagnosis")
    case = (
        PricedCase.objects.filter(institution_id=request.institution_id, month=request.month, case_id=request.case_id)
        .select_related("institution")
        .first()
    )
    if case is None:
        raise Conflict(
            "casemix.case_gone",
            zh="该病例已不在当月已公布的病例中，请先核对上报数据",
            en="the case is no longer among the published ones: check what was submitted",
            where=request.case_id,
        )
    after = outcome(case, final_diagnoses, final_procedures, policy, age_days=newborn[0], birth_weight_g=newborn[1])
    request.diagnoses_after, request.procedures_after = "|".join(final_diagnoses), "|".join(final_procedures)
    request.drg_after, request.weight_after, request.pay_after = after.grouping.drg, after.weight, after.pay
