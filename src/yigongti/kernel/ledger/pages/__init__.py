"""The pages of the ledger: trial balance and statement, an account, an entry, what a cause brought about, periods."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.ledger.pages import accounts, entries, files, months, trial
from yigongti.kernel.presentation.navigation import Entry

NAVIGATION = [
    Entry("fund", _("Books"), "ledger:trial", "ledger.see", order=70),
    Entry("fund", _("Closed months"), "ledger:periods", "ledger.see", order=71),
]

urlpatterns = [
    path("", trial.trial, name="trial"),
    path("accounts/<str:account>", accounts.account, name="account"),
    path("entries/<int:number>", entries.entry, name="entry"),
    path("causes/", entries.cause, name="cause"),
    path("periods/", months.months, name="periods"),
    path("periods/close", months.close, name="close"),
    path("periods/reopen", months.reopen, name="reopen"),
    path("export", files.export, name="export"),
]
