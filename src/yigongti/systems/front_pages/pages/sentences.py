"""The first line of each page: the answer in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yigongti.foundation.period import Month
from yigongti.kernel.presentation import figures
from yigongti.systems.front_pages.deadline import Deadline
from yigongti.systems.front_pages.models import Submission


def _language() -> str:
    return get_language() or "zh-hans"


def count(value: Any) -> str:
    """With thousands separators."""
    return figures.rounded(value, 0)


def BOARD_STATES() -> list[tuple[str, str]]:
    """What an institution's month may be, in the user's language."""
    return [
        ("on_time", _("complete, on time")),
        ("late", _("complete, late")),
        ("part", _("submitted in part")),
        ("nothing", _("nothing submitted yet")),
        ("overdue", _("overdue")),
    ]


def day(value: date) -> str:
    """11月10日, 10 November"""
    if _language().startswith("en"):
        return f"{value.day} {value:%B}"
    return f"{value.month}月{value.day}日"


def board(month: Month, rows: Sequence[dict[str, Any]], deadline: Deadline, today: date) -> str:
    """How many institutions are complete, who is missing, until when."""
    missing = [row["institution"] for row in rows if not row["complete"]]
    said = _("%(complete)s of %(all)s institutions have submitted %(month)s completely") % {
        "complete": len(rows) - len(missing), "all": len(rows), "month": month.in_language(_language()),
    }  # fmt: skip
    if missing:
        named = _(", ").join(missing[:3])
        said += _("; missing: %(names)s") % {"names": named}
        if len(missing) > 3:
            said += _(" and %(more)s more") % {"more": len(missing) - 3}
    late = sum(row["state"] == "late" for row in rows)
    if late:
        said += _("; %(late)s of them late") % {"late": late}
    left = (deadline.day - today).days
    if not missing:
        return said + _(".")
    if left >= 0:
        return said + _("; due by %(day)s, %(left)s days left.") % {"day": day(deadline.day), "left": left}
    return said + _("; it was due by %(day)s, %(late)s days ago.") % {"day": day(deadline.day), "late": -left}


def committed_cell(rows: int, on: date, late: bool) -> str:
    """What a cell of the board says about data in force."""
    form = _("%(rows)s rows, late on %(day)s") if late else _("%(rows)s rows, %(day)s")
    return form % {"rows": count(rows), "day": f"{on:%m-%d}"}


def history(files: int, in_force: int) -> str:
    """How many files were brought and how many hold."""
    said = ngettext("%(files)s file was brought", "%(files)s files were brought", files) % {"files": count(files)}
    return said + _("; %(count)s are in force now.") % {"count": count(in_force)}


def submission(found: Submission, standing: Submission | None) -> str:
    """What the check of a file came to."""
    rows, errors = count(found.rows), count(found.errors)
    amount = figures.money(found.amount)
    state = Submission.State(found.state)
    if state == Submission.State.CHECKING:
        return _("The file is being checked; nothing has been written.")
    if state == Submission.State.UNREADABLE:
        return _("The file cannot be read; nothing has been written.")
    if state == Submission.State.WRONG:
        return _("%(wrong)s of %(rows)s rows hold %(errors)s errors; nothing has been written.") % {
            "wrong": count(found.rows - found.accepted), "rows": rows, "errors": errors,
        }  # fmt: skip
    if state == Submission.State.READY:
        said = _ready(found)
        if found.unchanged:
            return said + _("; the same file is in force already.")
        return said + (_("; it will replace what is in force.") if standing else _("; nothing is in force yet."))
    if state == Submission.State.COMMITTED:
        if not found.has_amount:
            return _("In force: %(rows)s rows.") % {"rows": rows}
        return _("In force: %(rows)s rows, %(amount)s yuan in all.") % {"rows": rows, "amount": amount}
    if state == Submission.State.REPLACED:
        if not found.has_amount:
            return _("Replaced since; it was in force with %(rows)s rows.") % {"rows": rows}
        return _("Replaced since; it was in force with %(rows)s rows, %(amount)s yuan.") % {
            "rows": rows, "amount": amount,
        }  # fmt: skip
    return _("Withdrawn; nothing was written.")


def _ready(found: Submission) -> str:
    rows, amount = count(found.rows), figures.money(found.amount)
    if not found.has_amount:
        return _("Ready to commit: %(rows)s rows") % {"rows": rows}
    return _("Ready to commit: %(rows)s rows, %(amount)s yuan in all") % {"rows": rows, "amount": amount}


def overview(name: str, month: Month, now: dict[str, Any], worst: tuple[str, Decimal] | None) -> str:
    """How many pages pass, and where most do not."""
    said = _("%(name)s, %(month)s: %(passing)s of %(pages)s front pages pass (%(rate)s), mean score %(score)s") % {
        "name": name, "month": month.in_language(_language()), "passing": count(now["passing"]),
        "pages": count(now["pages"]), "rate": figures.percent(now["pass_rate"]),
        "score": figures.rounded(now["mean_score"], 2),
    }  # fmt: skip
    if worst is None or worst[1] >= 1:
        return said + _(".")
    return said + _("; the lowest pass rate is %(name)s (%(rate)s).") % {
        "name": worst[0], "rate": figures.percent(worst[1]),
    }  # fmt: skip


def defects(found: int, on_pages: int, most: tuple[str, int] | None) -> str:
    """How many defects on how many pages, and which is the most frequent."""
    if not found:
        return _("No defect was found.")
    said = _("%(defects)s defects on %(pages)s front pages") % {"defects": count(found), "pages": count(on_pages)}
    if most is None:
        return said + _(".")
    return said + _("; the most frequent is “%(rule)s” (%(hits)s).") % {"rule": most[0], "hits": count(most[1])}


def page_list(found: int, failing: int) -> str:
    """How many pages, and how many do not pass."""
    return _("%(pages)s front pages, %(failing)s of them do not pass.") % {
        "pages": count(found), "failing": count(failing),
    }  # fmt: skip


def on_list(name: str, cases: int, pages: int) -> str:
    """How many cases fall under a central list."""
    share = figures.percent(Decimal(cases) / pages) if pages else "—"
    return _("%(cases)s cases fall under the list “%(name)s”, %(share)s of the %(pages)s front pages.") % {
        "cases": count(cases), "name": name, "share": share, "pages": count(pages),
    }  # fmt: skip
