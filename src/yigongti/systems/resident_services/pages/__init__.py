"""The residents' own pages, in large type: sign in by number and code, the own record and what belongs to it.

There is no NAVIGATION: the staff's rail does not lead here. What is one of many is named in the query string.
"""

from __future__ import annotations

from django.urls import path

from yigongti.systems.resident_services import api
from yigongti.systems.resident_services.pages import code, consents, home, looks, messages, record, signing_in

__all__ = ["urlpatterns"]

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-in/code", signing_in.enter_code, name="enter_code"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("larger", signing_in.larger, name="larger"),
    path("record/", record.record, name="record"),
    path("results/", record.all_results, name="results"),
    path("results/one", record.one_test, name="one_test"),
    path("reports/", record.all_reports, name="reports"),
    path("reports/one", record.one_report, name="one_report"),
    path("stays/", record.stays, name="stays"),
    path("immunisations/", record.immunisations, name="immunisations"),
    path("documents/", record.documents, name="documents"),
    path("bills/", record.all_bills, name="bills"),
    path("looks/", looks.looks, name="looks"),
    path("looks/<int:look_id>/object", looks.objection, name="object"),
    path("consents/", consents.consents, name="consents"),
    path("consents/<int:care_id>/withdraw", consents.withdrawal, name="withdraw"),
    path("code/", code.code, name="code"),
    path("messages/", messages.messages, name="messages"),
    path("more/", home.more, name="more"),
    path("api/code", api.new_code, name="api_code"),
]
