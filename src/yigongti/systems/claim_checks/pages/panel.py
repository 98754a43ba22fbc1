"""What the claim checks say on the overview: the month in a sentence, and the way to the findings."""

from __future__ import annotations

from django.http import HttpRequest

from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.overview import Offer, Panel
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.pages.overview import checks_of, month_sentence, tiles_of, units_of

SHOWN = ("findings", "violation", "doubtful")


def month_in_figures(request: HttpRequest) -> Panel | None:
    """Nothing before the month's checks have run."""
    focus = focus_of(request)
    if queries.checked(focus.month) is None:
        return None
    sentence = month_sentence(request, focus, checks_of(request, focus), units_of(request, focus))
    tiles = [tile for tile in tiles_of(request, focus) if tile["name"] in SHOWN]
    return Panel("claim_checks/panel.html", {"sentence": sentence, "tiles": tiles, "query": focus.query})


OVERVIEW = [Offer("claim_checks.see", month_in_figures, order=40)]
