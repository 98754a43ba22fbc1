"""The pages of front pages: the board, a file's way to its receipt, the quality of a month down to one page.

Each begins with its answer in words and lists the rows behind it.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.front_pages import api
from yigongti.systems.front_pages.pages import board, codes, defects, one_page, profiles, quality, rules, submissions
from yigongti.systems.front_pages.pages.panel import OVERVIEW

__all__ = ["NAVIGATION", "OVERVIEW", "urlpatterns"]

NAVIGATION = [
    Entry("records", _("Submission board"), "front_pages:board", "front_pages.see", order=10, system="S02"),
    Entry("records", _("Submit a file"), "front_pages:upload", "front_pages.submit", order=11),
    Entry("records", _("Record quality"), "front_pages:quality", "front_pages.see", order=12, system="S02"),
    Entry("records", _("Defect list"), "front_pages:defects", "front_pages.see", order=13),
    Entry("records", _("Front pages"), "front_pages:pages", "front_pages.see", order=14),
    Entry("records", _("Code questions"), "front_pages:codes", "front_pages.decide_codes", order=15),
    Entry("records", _("Central lists"), "front_pages:lists", "front_pages.see", order=16),
    Entry("records", _("Rules of quality"), "front_pages:rules", "front_pages.see", order=17),
]

urlpatterns = [
    path("", board.board, name="board"),
    path("files/", board.history, name="history"),
    path("files/new", submissions.upload, name="upload"),
    path("files/<int:number>", submissions.submission, name="submission"),
    path("files/<int:number>/errors.xlsx", submissions.error_workbook, name="error_workbook"),
    path("files/<int:number>/check", submissions.check_again, name="check_again"),
    path("files/<int:number>/commit", submissions.commit, name="commit"),
    path("files/<int:number>/withdraw", submissions.withdraw, name="withdraw"),
    path("files/<int:number>/receipt", submissions.receipt, name="receipt"),
    path("files/<int:number>/rows.csv", submissions.version_rows, name="version_rows"),
    path("profiles/", profiles.profiles, name="profiles"),
    path("profiles/one", profiles.profile, name="profile"),
    path("codes/", codes.codes, name="codes"),
    path("codes/<int:number>/decide", codes.decide, name="decide"),
    path("quality/", quality.overview, name="quality"),
    path("defects/", defects.defects, name="defects"),
    path("pages/", defects.pages, name="pages"),
    path("pages/<str:institution_code>/<path:case_id>", one_page.page, name="page"),
    path("lists/", defects.lists, name="lists"),
    path("rules/", rules.rules, name="rules"),
    path("api/board", api.board, name="api_board"),
    path("api/quality", api.quality, name="api_quality"),
    path("api/pages/<str:institution_code>/<path:case_id>", api.page, name="api_page"),
]
