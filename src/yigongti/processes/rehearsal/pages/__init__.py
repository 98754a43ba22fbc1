"""The pages of rehearsal: the list, one with its result, what is changed in it, and its document."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.processes.rehearsal.pages import changing, documents, listing, one, steps

NAVIGATION = [Entry("fund", _("Rehearsal of policy"), "rehearsal:list", "rehearsal.run", order=90)]

urlpatterns = [
    path("", listing.rehearsals, name="list"),
    path("new", listing.begin, name="begin"),
    path("<int:number>", one.rehearsal, name="one"),
    path("<int:number>/parameters", changing.parameters, name="parameters"),
    path("<int:number>/parameters/<str:parameter>", changing.parameter, name="parameter"),
    path("<int:number>/upload", changing.upload, name="upload"),
    path("<int:number>/files/<int:file>", changing.file, name="file"),
    path("<int:number>/files/<int:file>/remove", changing.remove, name="remove"),
    path("<int:number>/period", changing.period, name="period"),
    path("<int:number>/run", steps.run, name="run"),
    path("<int:number>/stop", steps.stop_run, name="stop"),
    path("<int:number>/steps/<str:step>", steps.take, name="step"),
    path("<int:number>/withdraw", steps.withdraw, name="withdraw"),
    path("<int:number>/workbook", documents.workbook, name="workbook"),
    path("<int:number>/document", documents.document, name="document"),
    path("<int:number>/paper", documents.paper, name="paper"),
]
