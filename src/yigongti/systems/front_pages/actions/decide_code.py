"""A coder decides which insurance-edition code a clinical-edition code becomes; the next check of a file uses it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.front_pages.models import CodeDecision, CodeQuestion

PERMISSION = "front_pages.decide_codes"


@transaction.atomic
def decide_code(
    actor: Actor, question: CodeQuestion, insurance_code: str, *, reason: str, at: datetime
) -> CodeDecision:
    """Remember the choice for the question's institution; an earlier choice for the same code is replaced.

    Raises NotPermitted, and InvalidInput for a code that is not among the candidates.
    """
    actor.require(PERMISSION, question.institution_id)
    if insurance_code not in question.candidates:
        raise InvalidInput(
            "front_pages.not_a_candidate",
            zh=f"“{insurance_code}”不在对照表给出的候选编码中，请从候选中选择",
            en=f"“{insurance_code}” is not among the codes that the crosswalk offers; choose one of them",
            where=question.code,
        )
    decision, _made = CodeDecision.objects.update_or_create(
        institution_id=question.institution_id,
        code_kind=question.code_kind,
        code=question.code,
        defaults={
            "insurance_code": insurance_code,
            "reason": reason.strip()[:255],
            "decided_by": actor.username,
            "decided_at": at,
        },
    )
    record(
        actor, "front_pages.code_decided", subject=str(decision), at=at, institution_id=question.institution_id,
        detail={"kind": question.code_kind, "reason": decision.reason},
    )  # fmt: skip
    return decision
