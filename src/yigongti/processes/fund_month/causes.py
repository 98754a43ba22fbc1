"""Where the books' entries of prepayments and settled months lead: the page of the fund's months."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.ledger.causes import CauseLink, register_cause


def register() -> None:
    """For the applications' start."""
    register_cause("prepayment", lambda address: _link(_("Prepayment for %(month)s"), address))
    register_cause("month_settlement", lambda address: _link(_("Settlement of %(month)s"), address))


def _link(title: str, address: str) -> CauseLink:
    month, _slash, _code = address.partition("/")
    url = f"{reverse('fund:months')}?{urlencode({'month': month, 'open': month})}"
    return CauseLink(title % {"month": month}, url)
