"""Let an institution, or one team of it, care for a resident, so that it may see the record.

Nobody lets himself in: the post that lets in (people.let_in) reads no records. Who reads records at that institution
and registers there too, such as a village doctor, needs the resident's proof.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import Team
from yigongti.kernel.people.caring import cared_for
from yigongti.kernel.people.models import Care
from yigongti.kernel.people.proof import read_proof
from yigongti.kernel.people.standing import standing
from yigongti.kernel.trail.public import record

PERMISSION = "people.let_in"
SYSTEM_ROLE = "exchange_system"
"""The role of a hospital's own system: no person reads with it."""


def let_in(
    actor: Actor,
    institution_id: int,
    public_id: UUID | str,
    *,
    at: datetime,
    proof: str = "",
    team_id: int | None = None,
    source: str = "",
) -> Care:
    """The care relation, made or prolonged. proof: from `read_code` or `make_proof`, where the actor reads records.

    Raises NotPermitted, NotFound, and InvalidInput for a proof that is not true or is another resident's.
    """
    needs_proof = must_prove(actor, institution_id, team_id)
    shown = read_proof(proof, actor, institution_id, at) if needs_proof else None
    today = timezone.localdate(at)
    with scope(actor, purpose="registering"):
        if team_id is not None and not Team.objects.filter(pk=team_id, institution_id=institution_id).exists():
            raise InvalidInput(
                "people.team_elsewhere",
                zh="该团队不属于这家机构",
                en="the team does not belong to this institution",
                where="team",
            )
        resident = standing(public_id)
        if shown is not None and shown.resident_id != resident.pk:
            raise InvalidInput(
                "people.proof_of_another",
                zh="凭证不是这位居民的，请重新扫码",
                en="the proof is not this resident's; read the code again",
                where="proof",
            )
        care = cared_for(actor, resident.pk, institution_id, today, at, team_id=team_id, source=source)
        record(
            actor,
            PERMISSION,
            subject=str(resident.public_id),
            at=at,
            institution_id=institution_id,
            detail={"until": care.valid_to.isoformat(), "proof": shown.means if shown else "", "team": team_id},
        )
    return care


def must_prove(actor: Actor, institution_id: int, team_id: int | None = None) -> bool:
    """Whether the actor needs the resident's proof to let this institution in. Raises NotPermitted for those who can
    neither register nor let in there."""
    reads = team_id is not None and covers(actor.teams, team_id)
    reads = reads or any(
        "records.see" in post.role.permissions and post.role_id != SYSTEM_ROLE and covers(post.reach, institution_id)
        for post in actor.posts
    )
    if reads and actor.may("people.register", institution_id):
        return True
    actor.require(PERMISSION, institution_id)
    return reads
