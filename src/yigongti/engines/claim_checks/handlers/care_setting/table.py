"""The same over tables; both the settings allowed and the one that was are single digits."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    answer,
    charged_lines_with_knowledge,
    claimed,
    item_of,
    known,
    setting_of,
    with_bills,
    worded,
)
from yigongti.engines.claim_checks.facts import SETTING_WORDS
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.narrowing import Narrowing, items_of

_WORDS = {code: word.zh for code, word in SETTING_WORDS.items()}


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Claimed lines whose item was given in another setting."""
    met = charged_lines_with_knowledge(tables, check, version)
    met = with_bills(met.filter(claimed(met) > 0), tables, "care_setting")
    met = met.mutate(setting=setting_of(met))
    allowed = ibis.literal("|").concat(met.k_settings, "|").contains(ibis.literal("|").concat(met.setting, "|"))
    wrong = met.filter(known(met.setting) & ~allowed)
    limit = wrong.k_settings.replace("|", "、")
    for code, word in _WORDS.items():
        limit = limit.replace(code, word)
    return answer(wrong, check, version, item=item_of(wrong), limit=limit, observed=worded(wrong.setting, _WORDS))


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Claimed lines of the items that the knowledge names."""
    return Narrowing(claimed_items=items_of(check))
