"""What a step of the matter "request to change a grouping" does to the request: its state, its answer, its codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.limits import policy as policy_in_force
from yigongti.kernel.matters.kinds import Change
from yigongti.kernel.matters.models import Matter
from yigongti.systems.casemix_payment.front_page import front_page
from yigongti.systems.casemix_payment.models import AdjustmentRequest, PricedCase, PublishedMonth
from yigongti.systems.casemix_payment.what_if import outcome


def request_of(matter: Matter, *, for_change: bool = False) -> AdjustmentRequest:
    """The request of a matter of this kind."""
    rows = AdjustmentRequest.objects.select_related("institution")
    rows = rows.select_for_update(of=("self",)) if for_change else rows
    return rows.get(matter=matter)


def require_another(change: Change) -> None:
    """Raises NotPermitted for one's own request."""
    if change.matter.opened_by_id == change.actor.account_id:
        raise NotPermitted(
            "casemix.own_request", zh="不能答复自己提出的异议", en="nobody answers a request of their own"
        )


def accepted(change: Change) -> None:
    """The accepted codes (Given.data, else those asked for) are grouped and priced, to be counted by the next close."""
    request = _answered(change, AdjustmentRequest.State.ACCEPTED)
    told = change.given.data if "drg" in change.given.data else _by_what_was_asked(request)
    request.diagnoses_after, request.procedures_after = told["diagnoses"], told["procedures"]
    request.drg_after = told["drg"]
    request.weight_after, request.pay_after = _number(told["weight"]), _number(told["pay"])
    request.save()


def declined(change: Change) -> None:
    """The request keeps its codes, with the words of the answer."""
    _answered(change, AdjustmentRequest.State.DECLINED).save()


def withdrawn(change: Change) -> None:
    """Whoever asked has taken it back."""
    request = request_of(change.matter, for_change=True)
    request.state = AdjustmentRequest.State.WITHDRAWN
    request.save(update_fields=["state"])


def _answered(change: Change, state: AdjustmentRequest.State) -> AdjustmentRequest:
    request = request_of(change.matter, for_change=True)
    request.state, request.answer = state, change.step.words
    request.answered_by_id, request.answered_by_name = change.actor.account_id, change.actor.display_name
    request.answered_at = change.at
    return request


def regrouped(
    request: AdjustmentRequest,
    diagnoses: Sequence[str] | None,
    procedures: Sequence[str] | None,
    policy: Policy,
    newborn: tuple[int | None, int | None],
) -> dict[str, Any]:
    """What the codes lead to, as JSON for Given.data; None: the codes that were asked for.

    Raises InvalidInput without a principal diagnosis, Conflict when the case is no longer among the published ones.
    """
    final_diagnoses = tuple(request.diagnoses_asked.split("|")) if diagnoses is None else tuple(diagnoses)
    final_procedures = procedures
    if final_procedures is None:
        final_procedures = tuple(request.procedures_asked.split("|")) if request.procedures_asked else ()
    if not final_diagnoses:
        raise InvalidInput("casemix.no_principal", zh="请至少保留主要诊断", en="keep at least the principal diagnosis")
    after = outcome(
        _the_case(request), final_diagnoses, final_procedures, policy, age_days=newborn[0], birth_weight_g=newborn[1]
    )
    return {
        "diagnoses": "|".join(final_diagnoses),
        "procedures": "|".join(final_procedures),
        "drg": after.grouping.drg,
        "weight": None if after.weight is None else str(after.weight),
        "pay": None if after.pay is None else str(after.pay),
    }


def _by_what_was_asked(request: AdjustmentRequest) -> Mapping[str, Any]:
    """A step taken in the inbox accepts the codes as they were asked for."""
    page = front_page(_the_case(request), PublishedMonth.objects.filter(month=request.month).first())
    newborn = (page.raw.get("age_days"), page.raw.get("birth_weight_g")) if page else (None, None)
    return regrouped(request, None, None, policy_in_force(), newborn)


def _the_case(request: AdjustmentRequest) -> PricedCase:
    rows = PricedCase.objects.filter(institution_id=request.institution_id, month=request.month)
    found = rows.filter(case_id=request.case_id).select_related("institution").first()
    if found is None:
        raise Conflict(
            "casemix.case_gone",
            zh="该病例已不在当月已公布的病例中，请先核对上报数据",
            en="the case is no longer among the published ones: check what was submitted",
            where=request.case_id,
        )
    return found


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
