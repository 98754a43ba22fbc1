"""What pages of matters say in words: the first line, by when, in whose hands."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yigongti.kernel.matters.hands import MOST
from yigongti.kernel.matters.reading import Due, Hands

MOST_ROLES = 3
"""Roles that are named when a matter waits for everybody who holds a permission."""


def language() -> str:
    """The user's language."""
    return get_language() or "zh-hans"


def counted(number: int) -> str:
    """A count as far as it was counted: 12, 99+."""
    return f"{MOST}+" if number > MOST else str(number)


def day_words(day: date) -> str:
    """A day as officials write it: 10月16日; with the year where it is not this one."""
    return f"{day.day} {day:%b} {day.year}" if language().startswith("en") else f"{day.year}年{day.month}月{day.day}日"


def due_words(due: Due) -> str:
    """How long there is, in working days."""
    if due.days is None:
        return _("no deadline")
    if due.days < 0:
        n = -due.days
        return ngettext("%(n)s working day late", "%(n)s working days late", n) % {"n": n}
    if due.days == 0:
        return _("due today")
    return ngettext("%(n)s working day left", "%(n)s working days left", due.days) % {"n": due.days}


def hands_words(hands: Hands) -> str:
    """In whose hands: "County People's Hospital · Record room, Coder"; empty for nobody's."""
    if hands.institution is None:
        return ""
    place = hands.institution.in_language(language())
    if hands.person:
        return f"{place} · {hands.person}"
    names = [role.name.in_language(language()) for role in hands.roles[:MOST_ROLES]]
    more = "…" if len(hands.roles) > MOST_ROLES else ""
    comma = ", " if language().startswith("en") else "、"
    return f"{place} · {comma.join(names)}{more}" if names else place


def inbox(open_matters: int, late: int, soon: int) -> str:
    """The first line of the inbox."""
    if not open_matters:
        return _("Nothing waits for you.")
    said = ngettext("%(n)s matter waits for you", "%(n)s matters wait for you", open_matters) % {
        "n": counted(open_matters)
    }
    if late:
        said += _(", %(n)s of them late") % {"n": counted(late)}
    if soon:
        said += _(", %(n)s due within two working days") % {"n": counted(soon)}
    return said + _(".")


def where_it_is(label: str, state: str, hands: Hands, due: Due, *, closed: bool) -> str:
    """The first line of a matter: what, in whose hands, until when."""
    if closed:
        return _("%(kind)s: closed (%(state)s).") % {"kind": label, "state": state}
    told = {"kind": label, "state": state, "hands": hands_words(hands)}
    if due.on is None:
        return _("%(kind)s: %(state)s, in the hands of %(hands)s, without a deadline.") % told
    told |= {"day": day_words(due.on), "left": due_words(due)}
    return _("%(kind)s: %(state)s, in the hands of %(hands)s until %(day)s (%(left)s).") % told


def done(verb: str, state: str, hands: Hands, due: Due, *, closed: bool) -> str:
    """After a step: what was done, and what happens next."""
    if closed:
        return _("Done: %(verb)s. The matter is closed (%(state)s).") % {"verb": verb, "state": state}
    told = {"verb": verb, "hands": hands_words(hands)}
    if due.on is None:
        return _("Done: %(verb)s. Now in the hands of %(hands)s.") % told
    told["day"] = day_words(due.on)
    return _("Done: %(verb)s. Now in the hands of %(hands)s until %(day)s.") % told
