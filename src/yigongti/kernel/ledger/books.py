"""Whose book is whose: an institution has its own; the fund has that of the insurance bureau (docs/adr/0020, 3)."""

from __future__ import annotations

from yigongti.foundation.errors import NotFound
from yigongti.kernel.organisations.models import Institution


def fund_book(*, using: str = "default") -> Institution:
    """The institution in whose book the fund stands: the insurance bureau, or the county where there is none.

    Raises NotFound when the register has neither.
    """
    rows = Institution.objects.using(using)
    for kind in (Institution.Kind.INSURANCE_BUREAU, Institution.Kind.COUNTY):
        if found := rows.filter(kind=kind).order_by("id").first():
            return found
    raise NotFound(
        "ledger.no_fund_book",
        zh="机构登记中没有医保局或县，请先载入机构表",
        en="the register has neither an insurance bureau nor a county: load the institutions first",
    )
