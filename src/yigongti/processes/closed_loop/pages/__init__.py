"""The pages of the closed loop: upheld bills that wait for supervision, and whether orders to correct helped."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.processes.closed_loop.pages import effect, upheld

__all__ = ["NAVIGATION", "urlpatterns"]

NAVIGATION = [
    Entry("supervision", _("Upheld bills"), "closed_loop:upheld", "claim_checks.review", order=19, system="S06"),
    Entry("supervision", _("Whether orders helped"), "closed_loop:effect", effect.SEE, order=38, system="S07"),
]

urlpatterns = [
    path("", upheld.upheld, name="upheld"),
    path("hand-over", upheld.hand, name="hand_over"),
    path("effect/", effect.effect, name="effect"),
]
