"""Where the books' entries of prepayments, payment by group and settled months lead: the fund's pages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.ledger.causes import CauseLink, register_cause


def register() -> None:
    """For the applications' start."""
    register_cause("prepayment", lambda address: _link(_("Prepayment for %(month)s"), address))
    register_cause("case_payment", _case_payment)
    register_cause("month_settlement", lambda address: _link(_("Settlement of %(month)s"), address))


def _case_payment(address: str) -> CauseLink:
    month, _slash, code = address.partition("/")
    chosen = urlencode({"month": month, "at": code})
    title = _("Payment by group for %(month)s") % {"month": month}
    return CauseLink(title, f"{reverse('fund:grouped_cases')}?{chosen}")


def _link(title: str, address: str) -> CauseLink:
    month, _slash, _code = address.partition("/")
    url = f"{reverse('fund:months')}?{urlencode({'month': month, 'open': month})}"
    return CauseLink(title % {"month": month}, url)
