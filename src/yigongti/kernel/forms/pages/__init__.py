"""Forms on pages: the previewer, one's own checklists (also without a network), and what was answered."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.forms.pages import answered, previewer, work
from yigongti.kernel.presentation.navigation import Entry

NAVIGATION = [
    Entry("home", _("My checklists"), "forms:work", "forms.fill", order=6),
    Entry("supervision", _("Checklists"), "forms:checklists", "forms.fill", order=80),
    Entry("settings", _("Forms"), "forms:list", "forms.preview", order=40),
]

urlpatterns = [
    path("", previewer.every_form, name="list"),
    path("work/", work.shell, name="work"),
    path("work/worker.js", work.worker, name="worker"),
    path("work/session", work.session, name="session"),
    path("work/checklists", work.working_set, name="working_set"),
    path("work/answers", work.answers, name="answers"),
    path("checklists/", answered.checklists, name="checklists"),
    path("checklists/<int:assignment_id>", answered.one, name="checklist"),
    path("checklists/<int:assignment_id>/decide", answered.decide, name="decide"),
    path("form/<str:form_id>", previewer.one, name="one"),
    path("form/<str:form_id>/questionnaire", previewer.as_questionnaire, name="questionnaire"),
]
