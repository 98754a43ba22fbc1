"""Which hospital leads the community of an institution, from the tree of institutions."""

from __future__ import annotations

from yigongti.kernel.organisations.models import Institution


def leader_of(institution_id: int) -> Institution | None:
    """The nearest hospital above (or itself) that leads a community; None outside every community."""
    place = Institution.objects.filter(pk=institution_id).first()
    for _step in range(20):
        if place is None or place.leads_community:
            return place
        place = Institution.objects.filter(pk=place.parent_id).first() if place.parent_id else None
    return None
