"""What the pages of the counter have in common: the words of codes, days and numbers as forms give them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yigongti.foundation.errors import InvalidInput, Text, YigongtiError
from yigongti.kernel.access.limits import policy
from yigongti.systems.benefits.models import Settlement

LEVELS = {
    "village": _("Village"),
    "township": _("Township"),
    "county": _("County level"),
    "city": _("City level"),
    "province": _("Province level"),
}
PLACES = {
    "community": _("Own community"),
    "county": _("Other community of the county"),
    "prefecture": _("Elsewhere in the prefecture"),
    "province": _("Elsewhere in the province"),
    "country": _("Another province"),
}
REFERRALS = {
    "none": _("Not referred"),
    "up": _("Referred up"),
    "down": _("Referred down"),
    "emergency": _("Emergency"),
    "filed": _("Lives elsewhere, on file"),
}
PAYERS = {
    "patient": _("The patient"),
    "pool": _("Pool"),
    "critical_illness": _("Critical-illness insurance"),
    "medical_assistance": _("Medical assistance"),
    "other_funds": _("Other funds"),
    "personal_account": _("Personal account"),
}
MARKS = {"settled": "good", "reversed": "bad", "reversal": "due"}


def language() -> str:
    """The reader's language."""
    return get_language() or "zh-hans"


def in_words(error: YigongtiError) -> str:
    return error.in_language(language())


def day(text: str, where: str) -> date:
    """A day as a form gives it. Raises InvalidInput."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("benefits.day_unreadable", zh="请填写日期", en="give the day", where=where) from None


def flow(total: Any, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps ready to be shown: words in the reader's language, who bears it, by which source, how wide a bar."""
    whole, spoken = Decimal(total) or Decimal(1), "en" if language().startswith("en") else "zh"
    sources = policy().sources
    shown = []
    for step in steps:
        amount = Decimal(step["amount"])
        source = sources.get(step["source"])
        shown.append(
            {
                "code": step["code"],
                "label": step["label"][spoken],
                "sum": step["sum"][spoken],
                "amount": amount,
                "payer": step["payer"],
                "payer_word": PAYERS.get(step["payer"], step["payer"]),
                "source": source.title.in_language(language()) if source else "",
                "parameter": step["parameter"],
                "width": int(min(Decimal(100), abs(amount) * 100 / abs(whole))),
            }
        )
    return shown


def facts_of(row: Settlement) -> dict[str, Any]:
    """What the head of a settlement says, in words."""
    from yigongti.systems.benefits.benefit_lists import disease_name

    disease: Text | None = disease_name(row.care, row.disease_code) if row.disease_code else None
    return {
        "level": LEVELS.get(row.level, row.level),
        "place": PLACES.get(row.place, row.place),
        "referral": REFERRALS.get(row.referral, row.referral),
        "disease": disease.in_language(language()) if disease else row.disease_code,
        "steps": flow(row.total_cost, row.steps) if row.reverses_id is None else [],
        "mark": MARKS[row.state],
    }
