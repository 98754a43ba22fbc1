"""The door of the register of residents, for other packages.

Reading runs inside the caller's scope; actions open their own. Linking thousands of pages at once is for processes:
bulk_linking.py.
"""

from __future__ import annotations

from yigongti.kernel.people.details import Details
from yigongti.kernel.people.linking import Linked, care_by_encounter, link_patient, merge_registrations
from yigongti.kernel.people.masking import Identity, identities, identity
from yigongti.kernel.people.matching import Alike, Found, candidates
from yigongti.kernel.people.notices import on_opening
from yigongti.kernel.people.queries import (
    by_identifier,
    by_insured_number,
    by_number,
    by_public_id,
    care_of,
    openings_of,
    panel,
    panel_size,
)
from yigongti.kernel.people.relations import Relation, relation_of
from yigongti.kernel.people.spelling import sound_of as _both_sounds
from yigongti.kernel.people.standing import registrations_of, standing, standing_by_id

__all__ = [
    "Alike",
    "Details",
    "Found",
    "Identity",
    "Linked",
    "Relation",
    "by_identifier",
    "by_insured_number",
    "by_number",
    "by_public_id",
    "candidates",
    "care_by_encounter",
    "care_of",
    "identities",
    "identity",
    "link_patient",
    "merge_registrations",
    "on_opening",
    "openings_of",
    "panel",
    "panel_size",
    "registrations_of",
    "relation_of",
    "sound_of",
    "standing",
    "standing_by_id",
]


def sound_of(name: str) -> str:
    """The name in pinyin without tones: "zhangsan"."""
    return _both_sounds(name)[0]
