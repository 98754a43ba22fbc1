"""One demonstration account for each role, with a published password, at institutions of the demo county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actions.create_account import create_account
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.roles import ROLES
from yigongti.kernel.organisations.models import Department, Institution

PASSWORD = "demo-county-2026"

# role → the kind of institution where the demo account holds its post
_PLACES = {
    "county_director": "county",
    "health_bureau_clerk": "county",
    "insurance_bureau_officer": "county",
    "hospital_insurance_office": "county_hospital",
    "record_room_clerk": "county_hospital",
    "coder": "county_hospital",
    "department_head": "county_hospital",
    "physician": "county_hospital",
    "township_clerk": "township_hospital",
    "village_doctor": "village_clinic",
    "trail_reader": "county",
    "system_administrator": "county",
}
_NAMES = {
    "county_director": "director", "health_bureau_clerk": "health", "insurance_bureau_officer": "insurance",
    "hospital_insurance_office": "hospital", "record_room_clerk": "records", "coder": "coder",
    "department_head": "head", "physician": "physician", "township_clerk": "township", "village_doctor": "village",
    "trail_reader": "trail", "system_administrator": "admin",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to be printed: user name, what it is, where."""

    username: str
    role: Text
    institution: str


def create_demo_accounts(at: datetime, valid_from: date) -> list[DemoAccount]:
    """Make the accounts that are not there yet; all of them, in the order of the roles. Password: PASSWORD."""
    made = []
    present = set(Account.objects.using("bulk").values_list("username", flat=True))
    for role_id, kind in _PLACES.items():
        institution = Institution.objects.using("bulk").filter(kind=kind).order_by("id").first()
        if institution is None:
            continue
        department = ""
        if role_id in {"department_head", "physician"}:
            found = Department.objects.using("bulk").filter(institution=institution)
            orthopaedics = found.filter(kind="orthopaedics").first() or found.order_by("code").first()
            department = orthopaedics.code if orthopaedics else ""
        username = _NAMES[role_id]
        if username not in present:
            create_account(
                username=username, display_name=f"演示·{ROLES[role_id].name.zh}", password=PASSWORD, role_id=role_id,
                institution_code=institution.code, department_code=department, at=at, valid_from=valid_from,
                is_demo=True,
            )  # fmt: skip
        made.append(DemoAccount(username, ROLES[role_id].name, institution.name))
    return made
