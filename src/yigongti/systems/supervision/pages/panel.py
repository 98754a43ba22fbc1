"""What supervision says on the overview: the month in a sentence, and the board of the six steps."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.overview import Offer, Panel
from yigongti.systems.supervision import queries
from yigongti.systems.supervision.pages import sentences
from yigongti.systems.supervision.pages.board import month_figures, steps_board


def month_of_supervision(request: HttpRequest) -> Panel | None:
    """Nothing before there is a case."""
    focus, actor, today = focus_of(request), request.actor, timezone.localdate()  # type: ignore[attr-defined]
    if not queries.cases(actor).exists():
        return None
    figures = month_figures(actor, focus, today)
    return Panel(
        "supervision/overview_panel.html",
        {
            "sentence": sentences.month(focus, figures),
            "board": steps_board(actor, focus, today),
            "query": focus.query,
        },
    )


OVERVIEW = [Offer("supervision.see", month_of_supervision, order=40)]
