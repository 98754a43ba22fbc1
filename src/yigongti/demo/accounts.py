"""One demonstration account for each role, with a published password, at institutions of the demo county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from yigongti.kernel.access.actions.create_account import create_account
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.roles import ROLES
from yigongti.kernel.organisations.models import Department, Institution, StaffMember

PASSWORD = "demo-county-2026"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account: its role, and the kind of institution of which the first holds its post.

    department_kind: the post is for the department of that kind only. staff_kind: the account belongs to the first of
    that kind in the department's staff, so that what front pages say of that person reaches it.
    """

    username: str
    display_name: str
    role_id: str
    institution_kind: str
    department_kind: str = ""
    staff_kind: str = ""


DEMO_ACCOUNTS = (
    DemoAccount("director", "演示·主任", "county_director", "county"),
    DemoAccount("health", "演示·卫健", "health_bureau_clerk", "county"),
    DemoAccount("insurance", "演示·医保", "insurance_bureau_officer", "county"),
    DemoAccount("insurance2", "演示·医保复核", "insurance_bureau_officer", "county"),
    DemoAccount("agency", "演示·医保经办", "insurance_bureau_officer", "insurance_bureau"),
    DemoAccount("hospital", "演示·医保办", "hospital_insurance_office", "county_hospital"),
    DemoAccount("records", "演示·病案室", "record_room_clerk", "county_hospital"),
    DemoAccount("coder", "演示·编码员", "coder", "county_hospital"),
    DemoAccount("head", "演示·科主任", "department_head", "county_hospital", "orthopaedics", "department_head"),
    DemoAccount("physician", "演示·医师", "physician", "county_hospital", "orthopaedics", "physician"),
    DemoAccount("tcm", "演示·中医院医保办", "hospital_insurance_office", "tcm_hospital"),
    DemoAccount("township", "演示·乡镇", "township_clerk", "township_hospital"),
    DemoAccount("village", "演示·村医", "village_doctor", "village_clinic"),
    DemoAccount("desk", "演示·挂号处", "registration_desk", "county_hospital"),
    DemoAccount("publichealth", "演示·公卫", "public_health_worker", "township_hospital"),
    DemoAccount("index", "演示·主索引", "master_index_clerk", "county"),
    DemoAccount("privacy", "演示·隐私", "privacy_officer", "county"),
    DemoAccount("supervisor", "演示·监管", "supervision_officer", "county"),
    DemoAccount("supervisor2", "演示·监管二", "supervision_officer", "county"),
    DemoAccount("inspector", "演示·检查员", "supervision_inspector", "county"),
    DemoAccount("inspector2", "演示·检查员二", "supervision_inspector", "county"),
    DemoAccount("panel", "演示·裁定一", "ruling_member", "county"),
    DemoAccount("panel2", "演示·裁定二", "ruling_member", "county"),
    DemoAccount("panel3", "演示·裁定三", "ruling_member", "county"),
    DemoAccount("counter", "演示·结算", "settlement_clerk", "county_hospital"),
    DemoAccount("accountant", "演示·会计", "fund_accountant", "county"),
    DemoAccount("accountant2", "演示·会计二", "fund_accountant", "county"),
    DemoAccount("community", "演示·牵头", "community_director", "county_hospital"),
    DemoAccount("community2", "演示·牵头二", "community_director", "tcm_hospital"),
    DemoAccount("exchange", "演示·接口", "exchange_operator", "county"),
    DemoAccount("trail", "演示·审计", "trail_reader", "county"),
    DemoAccount("admin", "演示·管理员", "system_administrator", "county"),
)


def create_accounts(accounts: Sequence[DemoAccount] = DEMO_ACCOUNTS) -> list[tuple[DemoAccount, Institution]]:
    """Make those that are not there yet; all of them with their institutions. A kind that is absent is left out."""
    now = timezone.now()
    present = set(Account.objects.using("bulk").values_list("username", flat=True))
    made, hashed = [], ""
    for account in accounts:
        institution = Institution.objects.using("bulk").filter(kind=account.institution_kind).order_by("id").first()
        if institution is None:
            continue
        if account.username not in present:
            department = _department_code(institution, account.department_kind)
            hashed = hashed or make_password(PASSWORD)  # published: one hash for all of them costs a thirtieth
            create_account(
                username=account.username,
                display_name=account.display_name,
                password=PASSWORD,
                role_id=account.role_id,
                institution_code=institution.code,
                department_code=department,
                staff_code=_staff_code(institution, department, account.staff_kind),
                at=now,
                valid_from=institution.valid_from,
                is_demo=True,
                hashed=hashed,
            )
        made.append((account, institution))
    return made


def _department_code(institution: Institution, kind: str) -> str:
    if not kind:
        return ""
    departments = Department.objects.using("bulk").filter(institution=institution).order_by("code")
    found = departments.filter(kind=kind).first() or departments.first()
    return found.code if found else ""


def _staff_code(institution: Institution, department_code: str, kind: str) -> str:
    if not kind:
        return ""
    staff = StaffMember.objects.using("bulk").filter(institution=institution, department__code=department_code)
    found = staff.filter(kind=kind).order_by("code").first()
    return found.code if found else ""


def told(made: Sequence[tuple[DemoAccount, Institution]]) -> list[str]:
    """The accounts as lines for the terminal: user name, password, role, institution."""
    return [
        f"{account.username:<13}{PASSWORD:<18}{ROLES[account.role_id].name.zh} · {institution.name}"
        for account, institution in made
    ]
