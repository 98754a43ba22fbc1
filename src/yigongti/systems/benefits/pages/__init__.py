"""The pages of the counter, of the bureau that decides and oversees, and of the resident."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.benefits.pages import bills, counter, decisions, enrolments, mine, offline, overseeing, settled

NAVIGATION = [
    Entry("fund", _("Settlement counter"), "benefits:counter", "benefits.settle", order=20, system="S05"),
    Entry("fund", _("Settlements"), "benefits:settlements", "benefits.see", order=21, system="S05"),
    Entry("fund", _("Approvals of diseases"), "benefits:approvals", "benefits.settle", order=22),
    Entry("fund", _("Held injuries"), "benefits:injuries", "benefits.settle", order=23),
    Entry("fund", _("Enrolments"), "benefits:enrolments", "benefits.approve", order=24),
]

urlpatterns = [
    path("", counter.counter, name="counter"),
    path("bill/", bills.bill, name="bill"),
    path("bill/quote", bills.quoted, name="bill_quote"),
    path("settled/<int:number>", settled.settled, name="settled"),
    path("settled/<int:number>/pay", settled.paid, name="pay"),
    path("settled/<int:number>/refund", settled.refunded, name="refund"),
    path("settlements/", overseeing.settlements, name="settlements"),
    path("settlements/<int:number>", overseeing.settlement, name="settlement"),
    path("admissions/", counter.admissions, name="admissions"),
    path("approvals/", decisions.approvals, name="approvals"),
    path("approvals/<int:number>", decisions.approval, name="approval"),
    path("injuries/", decisions.injuries, name="injuries"),
    path("injuries/<int:number>", decisions.injury, name="injury"),
    path("enrolments/", enrolments.enrolments, name="enrolments"),
    path("offline/", offline.offline, name="offline"),
    path("offline/worker.js", offline.worker, name="offline_worker"),
    path("offline/session", offline.session, name="offline_session"),
    path("offline/received/", offline.received, name="offline_received"),
    path("offline/send", offline.send, name="offline_send"),
    path("mine/", mine.mine, name="mine"),
    path("mine/one", mine.mine_one, name="mine_one"),
]
