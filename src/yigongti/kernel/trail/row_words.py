"""The words in which changes of rows are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TABLES: dict[str, Any] = {
    "access_account": _("Accounts"),
    "access_post": _("Posts"),
    "access_teammember": _("Members of teams"),
    "organisations_institution": _("Institutions"),
    "organisations_department": _("Departments"),
    "organisations_staffmember": _("Staff"),
    "organisations_team": _("Family doctor teams"),
    "people_household": _("Households"),
    "people_resident": _("Registrations of residents"),
    "people_identifier": _("Numbers of residents at institutions"),
    "people_residentgroup": _("Groups of residents"),
    "people_care": _("Who cares for a resident"),
    "people_opening": _("Openings of records"),
    "people_usedcode": _("Codes that were read"),
    "people_doubtfulpair": _("Doubtful pairs"),
    "people_merge": _("Merges"),
    "people_movedrow": _("Rows moved by merges"),
    "matters_matter": _("Matters"),
    "matters_letter": _("Letters of matters"),
    "matters_leave": _("Leave and deputies"),
}
"""Table → what it holds. A table that is not named here is shown by its own name."""


def told_change(row: Mapping[str, Any], whole: bool) -> str:
    """One line: columns with their values before and after; the columns alone unless `whole`."""
    if row["row_count"] > 1:
        told = {"count": f"{row['row_count']:,}", **{name: row["after"][name] for name in ("first", "last")}}
        return gettext("%(count)s rows in one load, %(first)s to %(last)s") % told
    before, after = row["before"] or {}, row["after"] or {}
    if not whole:
        return ", ".join(before)
    if row["operation"] == "update":
        return "; ".join(f"{name}: {_value(before[name])} → {_value(after.get(name))}" for name in before)
    return "; ".join(f"{name}: {_value(value)}" for name, value in before.items())


def _value(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
