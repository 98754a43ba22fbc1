"""Every opening of a record is told at once: to the resident by message, to the privacy officers by notice.

Called in the opening's own transaction (people/notices.py): an opening that cannot be told is not made.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.scope import scope
from yigongti.kernel.messages.public import notify, send
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.masking import masked_name
from yigongti.kernel.people.models import Opening, Resident


def tell_about_opening(opening: Opening, at: datetime) -> None:
    """Tell the resident and the privacy officers of the institution from which the record was opened."""
    with scope(NOBODY, purpose="matching"):  # whoever opens may not see the registration as such
        resident = Resident.objects.get(pk=opening.resident_id)
    with scope(NOBODY, purpose="accounts"):
        who = Account.objects.values_list("display_name", flat=True).get(pk=opening.account_id)
    place = Institution.objects.get(pk=opening.institution_id)
    values: dict[str, Text | str] = {
        "institution": Text(place.in_language("zh-hans"), place.in_language("en")),
        "who": who,
        "when": _said(opening.started_at),
        "until": _said(opening.ends_at),
        "reason": opening.reason,
    }
    about = {"institution_id": place.pk, "at": at, "subject": f"Opening/{opening.pk}"}
    emergency = opening.kind == Opening.Kind.EMERGENCY
    send("record_opened" if emergency else "record_opened_for_matter", resident, values, **about)
    officers = values | {"resident": masked_name(resident.name)}
    notify("record_opened_to_officer", officers, resident=resident, **about)


def _said(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
