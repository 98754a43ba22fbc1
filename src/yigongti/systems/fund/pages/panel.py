"""What the fund says on the overview: one sentence and the way to its pages."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest

from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.overview import Offer, Panel
from yigongti.systems.fund import queries
from yigongti.systems.fund.pages.overview import said


def year_in_a_sentence(request: HttpRequest) -> Panel | None:
    """Nothing before the month's first close, or where nothing was spent."""
    focus = focus_of(request)
    if queries.published(focus.month) is None:
        return None
    spent = queries.pool_of(queries.spending(focus.institution_ids, [focus.month]))
    if spent == Decimal(0):
        return None
    found = queries.years(focus.institution_ids, focus.month)
    one = (
        found[0] if len(found) == 1 and focus.institution and found[0].institution_id == focus.institution.pk else None
    )
    return Panel("fund/panel.html", {"sentence": said(focus, found, one, spent), "one": one, "query": focus.query})


OVERVIEW = [Offer("fund.see", year_in_a_sentence, order=15)]
