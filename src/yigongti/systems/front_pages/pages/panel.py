"""What front pages say on the overview: how good the month's pages are, and who has not submitted yet."""

from __future__ import annotations

from django.http import HttpRequest

from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.overview import Offer, Panel
from yigongti.systems.front_pages.pages import sentences
from yigongti.systems.front_pages.pages.quality import now_and_before, tiles_of


def quality_in_figures(request: HttpRequest) -> Panel | None:
    """Nothing before the month's first close."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    now, before = now_and_before(actor, focus)
    if not now["pages"]:
        return None
    sentence = sentences.overview(focus.name, focus.month, now, None)
    context = {"sentence": sentence, "tiles": tiles_of(now, before), "query": focus.query}
    return Panel("front_pages/panel.html", context)


OVERVIEW = [Offer("front_pages.see", quality_in_figures, order=10)]
