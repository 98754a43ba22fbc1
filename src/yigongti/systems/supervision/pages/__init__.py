"""The pages of supervision."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from yigongti.kernel.access.guard import permitted


@permitted("supervision.see")
def case(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("cases/<int:number>/", case, name="case")]
