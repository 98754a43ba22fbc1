"""What case-mix payment says on the overview: the month in a sentence, its figures, and the way to the departments."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language

from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.overview import Offer, Panel
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.definitions import figures_of
from yigongti.systems.casemix_payment.pages import sentences
from yigongti.systems.casemix_payment.pages.overview import tiles_of, units_of

SHOWN = ("cases", "cmi", "in_group_rate", "cost_index", "low_risk_mortality", "balance")


def month_in_figures(request: HttpRequest) -> Panel | None:
    """Nothing before the month's first close."""
    focus = focus_of(request)
    if queries.published(focus.month) is None:
        return None
    actor = request.actor  # type: ignore[attr-defined]
    last = focus.month.plus(-1)
    sums = queries.totals_by_month(actor, [focus.month, last], focus.institution_ids)
    now, before = sums[focus.month], sums[last]
    if not now["cases"]:
        return None
    worst = min(((unit["label"], unit["balance"]) for unit in units_of(request, focus)), key=lambda one: one[1])
    language = get_language() or "zh-hans"
    sentence = sentences.overview(focus.name, focus.month.in_language(language), {**now, **figures_of(now)}, worst)
    tiles = tiles_of(focus, now, before if before["cases"] else {}, SHOWN)
    return Panel("casemix_payment/panel.html", {"sentence": sentence, "tiles": tiles, "query": focus.query})


OVERVIEW = [Offer("casemix_payment.see", month_in_figures, order=20)]
