"""From an entry of the books to the settlement that brought it about."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.ledger.public import CauseLink, register_cause
from yigongti.systems.benefits.models import Settlement


def register() -> None:
    """For the applications' start."""
    register_cause("settlement", _link)


def _link(address: str) -> CauseLink:
    """address: institution code/number. Without a page for a reader who does not see the settlement."""
    code, _slash, number = address.partition("/")
    found = Settlement.objects.filter(institution__code=code, number=number).values_list("pk", flat=True).first()
    url = reverse("benefits:settlement", args=[found]) if found else ""
    return CauseLink(_("Settlement %(number)s") % {"number": number}, url)
