"""What a rehearsal says in words: the first line of its page, of its document and of the command line.

Amounts are told in 10,000 yuan where they are large; the tables beside have every fen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.kernel.presentation import figures
from yigongti.processes.rehearsal.labels import Labels, case_words
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import Replayer

UNITS_TOLD = frozenset({"yuan"})


def language() -> str:
    return get_language() or "zh-hans"


def _joint() -> str:
    """What stands between two sentences; Chinese writes no space there."""
    return " " if language().startswith("en") else ""


def amount(value: Decimal | str) -> str:
    """Yuan in words: 312.40万元."""
    return _("%(amount)s yuan") % {"amount": figures.short_amount(abs(Decimal(value)), language())}


def signed(value: Decimal | str) -> str:
    """Yuan with its sign: −12.40万元; for the ends of an interval."""
    number = Decimal(value)
    sign = "−" if number < 0 else "+" if number > 0 else ""
    return sign + amount(number)


def value_words(value: Mapping[str, Any], labels: Labels) -> str:
    """One changed value: 住院起付线（居民医保、县级）由 600 改为 900."""
    label = value["label"]["en" if language().startswith("en") else "zh"]
    case = case_words(value["axes"], value["case"], labels, language())
    named = _("%(label)s (%(case)s)") % {"label": label, "case": case} if case else label
    unit = " " + _("yuan") if value["unit"] == "yuan" else ""
    if not value["before"]:
        return _("%(what)s becomes %(after)s") % {"what": named, "after": value["after"] + unit}
    if not value["after"]:
        return _("%(what)s is no longer provided for") % {"what": named}
    return _("%(what)s goes from %(before)s to %(after)s") % {
        "what": named, "before": value["before"] + unit, "after": value["after"] + unit,
    }  # fmt: skip


def change_words(changes: Sequence[Mapping[str, Any]], labels: Labels) -> str:
    """What is changed, in a clause: the first value, and how many more."""
    values = [value for change in changes for value in change["values"]]
    if not values:
        return _("%(count)s files of the policy are changed") % {"count": len(changes)}
    first = value_words(values[0], labels)
    if len(values) == 1:
        return first
    return _("%(first)s, with %(count)s other values") % {"first": first, "count": len(values) - 1}


def period_words(rehearsal: Rehearsal) -> str:
    """2026-01 to 2026-12."""
    if rehearsal.first_month == rehearsal.last_month:
        return rehearsal.first_month
    return _("%(first)s to %(last)s") % {"first": rehearsal.first_month, "last": rehearsal.last_month}


def sentence(rehearsal: Rehearsal, labels: Labels) -> str:
    """The answer: if this, then that, how sure, and for whom; one clause for each part that was replayed."""
    if not rehearsal.result_digest or not rehearsal.totals:
        return _("Not rehearsed yet: change a value, then rehearse it on past months.")
    if_ = _("If %(change)s, then over %(period)s:") % {
        "change": change_words(rehearsal.changes, labels), "period": period_words(rehearsal),
    }  # fmt: skip
    parts = [
        _CLAUSES.get(each.name, _of_stays)(each, rehearsal.totals[each.name])
        for each in REPLAYERS
        if each.name in rehearsal.totals
    ]
    return if_ + _joint() + _joint().join(parts)


def _fund(total: Mapping[str, Any]) -> str:
    change = Decimal(total["fund"][1]) - Decimal(total["fund"][0])
    told = {"amount": amount(change), "low": signed(total["low"]), "high": signed(total["high"])}
    if change > 0:
        return _("the fund would have paid %(amount)s more (95 %% interval %(low)s to %(high)s)") % told
    if change < 0:
        return _("the fund would have paid %(amount)s less (95 %% interval %(low)s to %(high)s)") % told
    return _("the fund would have paid the same")


def _of_benefits(part: Replayer, total: Mapping[str, Any]) -> str:
    return _("%(fund)s; %(better)s persons would have borne less, %(worse)s more.") % {
        "fund": _fund(total), "better": f"{total['better']:,}", "worse": f"{total['worse']:,}",
    }  # fmt: skip


def _of_stays(part: Replayer, total: Mapping[str, Any]) -> str:
    return _("%(part)s: %(fund)s; %(changed)s of %(rows)s stays are paid otherwise.") % {
        "part": part.label.in_language(language()), "fund": _fund(total),
        "changed": f"{total['changed_rows']:,}", "rows": f"{total['rows']:,}",
    }  # fmt: skip


def _of_checks(part: Replayer, total: Mapping[str, Any]) -> str:
    before, after = (f"{int(Decimal(number)):,}" for number in total["payers"]["findings"])
    change = Decimal(total["fund"][1]) - Decimal(total["fund"][0])
    return _("%(part)s: %(after)s findings instead of %(before)s, which count %(amount)s.") % {
        "part": part.label.in_language(language()), "before": before, "after": after, "amount": signed(change),
    }  # fmt: skip


def _of_clearing(part: Replayer, total: Mapping[str, Any]) -> str:
    change = Decimal(total["fund"][1]) - Decimal(total["fund"][0])
    return _("%(part)s: the fund would have owed %(amount)s; %(changed)s of %(rows)s lines differ.") % {
        "part": part.label.in_language(language()), "amount": signed(change),
        "changed": f"{total['changed_rows']:,}", "rows": f"{total['rows']:,}",
    }  # fmt: skip


_CLAUSES: Mapping[str, Callable[[Replayer, Mapping[str, Any]], str]] = {
    "benefits": _of_benefits, "claim_checks": _of_checks, "clearing": _of_clearing,
}  # fmt: skip


def measured(part: Replayer, total: Mapping[str, Any]) -> str:
    """How much was looked at, how much of it changes, and how sure the difference is."""
    told = {
        "rows": f"{total['rows']:,}", "persons": f"{total['persons']:,}", "changed": f"{total['changed_rows']:,}",
        "counted": part.counted.in_language(language()), "what": part.rows_words.in_language(language()),
    }  # fmt: skip
    words = _("%(what)s: %(rows)s, of %(persons)s %(counted)s; %(changed)s change.") % told
    if not part.is_drawn:
        return words
    spans = {end: figures.money(Decimal(total[end])) for end in ("low", "high")}
    return (
        words + _joint() + _("The difference lies between %(low)s and %(high)s yuan in 95 of 100 drawn years.") % spans
    )


def untouched_words(rehearsal: Rehearsal) -> str:
    """The parts that were not run, as a fact; "" when all were."""
    names = [each.label.in_language(language()) for each in REPLAYERS if each.name not in rehearsal.totals]
    if not names or not rehearsal.totals:
        return ""
    return _("Not affected, because none of the rules that they read is changed: %(parts)s.") % {
        "parts": "、".join(names) if not language().startswith("en") else ", ".join(names)
    }


def how_it_was_replayed(rehearsal: Rehearsal) -> list[str]:
    """What must be known to read the figures."""
    return [
        _("The values of %(day)s are applied to the whole period as if they had held then; what was in force is the "
          "comparison.") % {"day": rehearsal.effective_on.isoformat()},
        _("People are taken to do what they did: nobody seeks more or less care because of the change."),
        _("The interval is from resampling persons (1,000 draws): how far chance alone could have carried the figure."),
    ]  # fmt: skip
