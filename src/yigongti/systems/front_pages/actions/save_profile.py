"""Save how an institution's export names its columns, so that its next files are read by it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yigongti.facts.public import MappingProfile as Mapped
from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.front_pages.models import MappingProfile

PERMISSION = "front_pages.submit"


@dataclass(frozen=True, slots=True)
class ProfileGiven:
    """columns: own column → headers of the file. values: own column → what the file writes → code."""

    kind: str
    name: str
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]


@transaction.atomic
def save_profile(actor: Actor, institution: Institution, given: ProfileGiven, *, at: datetime) -> MappingProfile:
    """Make the profile, or replace the one of the same name.

    Raises NotPermitted; InvalidInput without a name, with nothing mapped, or for a column that the kind does not have.
    """
    actor.require(PERMISSION, institution.pk)
    name = given.name.strip()
    if not name or len(name) > 64:
        raise InvalidInput(
            "front_pages.profile_name",
            zh="请写方案名称（不超过 64 字）",
            en="name the profile, in at most 64 characters",
        )
    if not given.columns and not given.values:
        raise InvalidInput(
            "front_pages.profile_empty", zh="方案没有任何对应关系，请至少填写一列", en="map at least one column"
        )
    mapping = {
        "columns": {own: list(headers) for own, headers in given.columns.items()},
        "values": {own: dict(pairs) for own, pairs in given.values.items()},
    }
    Mapped.from_json(json.dumps({"name": name, "kind": given.kind, **mapping}))  # raises for what cannot be
    profile, made = MappingProfile.objects.update_or_create(
        institution=institution,
        kind=given.kind,
        name=name,
        defaults={"mapping": mapping, "changed_by": actor.username, "changed_at": at},
    )
    record(
        actor, "front_pages.profile_saved", subject=f"{given.kind} {name}", at=at, institution_id=institution.pk,
        detail={"new": made, "columns": len(given.columns), "values": len(given.values)},
    )  # fmt: skip
    return profile
