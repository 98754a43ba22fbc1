"""The residents' own pages, in large type: sign in by number and code, the own record and what belongs to it.

There is no NAVIGATION: the staff's rail does not lead here.
"""

from __future__ import annotations

from django.urls import path

from yigongti.systems.resident_services.pages import home, signing_in

__all__ = ["urlpatterns"]

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-in/code", signing_in.enter_code, name="enter_code"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("larger", signing_in.larger, name="larger"),
    path("record/", home.home, name="record"),
    path("code/", home.home, name="code"),
    path("messages/", home.home, name="messages"),
    path("more/", home.home, name="more"),
]
