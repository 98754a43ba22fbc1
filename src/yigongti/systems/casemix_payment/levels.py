"""The level of an institution as the institution coefficients of the policy name it."""

from __future__ import annotations

from yigongti.kernel.organisations.models import Institution

_BY_KIND = {
    Institution.Kind.COUNTY_HOSPITAL.value: "county",
    Institution.Kind.TCM_HOSPITAL.value: "county",
    Institution.Kind.MATERNAL_CHILD.value: "county",
    Institution.Kind.TOWNSHIP_HOSPITAL.value: "township",
}


def level_of(kind: str, level: str) -> str:
    """The register's own level; where it says none, that of the institution's kind; "" for a kind without one."""
    return level or _BY_KIND.get(kind, "")
