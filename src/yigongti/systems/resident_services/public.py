"""The door of the residents' own pages: what the demonstration and the command line may call."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.sealing import ring
from yigongti.kernel.records.models import Resource

__all__ = ["demo_resident_sign_in_hint"]


def demo_resident_sign_in_hint(*, using: str = "bulk") -> Text | None:
    """How to sign in as an invented resident; None where nobody is registered with number and telephone.

    Only for the demonstration: it tells an identity number, and where its messages lie.
    """
    from django.conf import settings

    registered = Resident.objects.using(using).filter(
        state=Resident.State.ACTIVE, number_kind=Resident.NumberKind.RESIDENT, deceased_on__isnull=True
    )
    callable_ones = registered.exclude(phone_sealed="").order_by("id")
    # rather somebody with a record than an empty page
    with_record = Resource.objects.using(using).filter(type="Observation", resident__isnull=False).order_by("id")
    known = list(with_record.values_list("resident_id", flat=True)[:200])
    found = callable_ones.filter(pk__in=known).first() or callable_ones.first()
    if found is None:
        return None
    number, place = ring().open(found.number_sealed, "number"), settings.MESSAGES_FOLDER
    return Text(
        f"居民登录 /resident_services/：身份证号 {number}，验证码见 {place} 中当日的文件",
        f"residents sign in at /resident_services/: number {number}; the code stands in today's file in {place}",
    )
