"""The pages of health records: finding a resident, the person's page, registering, opening in an emergency, and the
queues of those who keep the register in order.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.health_records.pages import person, residents

__all__ = ["NAVIGATION", "urlpatterns"]

NAVIGATION = [
    Entry("residents", _("My residents"), "health_records:residents", "people.see", order=10, system="S01"),
]

urlpatterns = [
    path("", residents.residents, name="residents"),
    path("find", residents.find, name="find"),
    path("people/<uuid:public_id>", person.person, name="person"),
]
