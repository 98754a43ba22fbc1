"""Plants front-page defects: about four pages in a hundred, every kind in turn, each written into the truth.

A page gets one defect. What may follow from it under other rules (a birth date that no longer agrees with the
resident number) is written down apart, so that a finding of it need not be counted as false.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from yigongti.demo.county.defect_kinds import DefectKind
from yigongti.demo.county.defect_kinds_clinical import CLINICAL_KINDS
from yigongti.demo.county.defect_kinds_identity import IDENTITY_KINDS
from yigongti.demo.county.front_pages import Page
from yigongti.demo.county.stays import Stay
from yigongti.demo.county.truth import Truth
from yigongti.foundation.period import Month

DEFECTIVE_SHARE = 0.04
DEFECT_KINDS: tuple[DefectKind, ...] = (
    tuple(kind for pair in zip(CLINICAL_KINDS, IDENTITY_KINDS, strict=False) for kind in pair)
    + CLINICAL_KINDS[len(IDENTITY_KINDS) :]
    + IDENTITY_KINDS[len(CLINICAL_KINDS) :]
)


def plant_defects(
    draw: random.Random, month: Month, stays: Sequence[Stay], pages: Sequence[Page], truth: Truth
) -> None:
    """Spoil pages that nothing else is planted on; kinds go on from where the last month ended."""
    touched = {str(row["case_id"]) + str(row["institution_code"]) for row in (*truth.upcoding, *truth.wrong_weights)}
    free = [
        at
        for at, (stay, page) in enumerate(zip(stays, pages, strict=True))
        if not stay.split_part
        and not stay.fault
        and str(page["case_id"]) + str(page["institution_code"]) not in touched
    ]
    draw.shuffle(free)
    quota = round(len(pages) * DEFECTIVE_SHARE)
    turn = sum(1 for row in truth.front_page_defects if row["rule_hint"] in _HINTS)
    planted = misses = 0
    while planted < quota and misses < len(DEFECT_KINDS):
        kind = DEFECT_KINDS[(turn + planted + misses) % len(DEFECT_KINDS)]
        found = next((place for place, at in enumerate(free) if kind.applies(pages[at])), None)
        if found is None:
            misses += 1
            continue
        page = pages[free.pop(found)]
        _plant(draw, kind, month, page, truth)
        planted += 1


_HINTS = frozenset(kind.hint for kind in DEFECT_KINDS)


def _plant(draw: random.Random, kind: DefectKind, month: Month, page: Page, truth: Truth) -> None:
    what = kind.spoil(page, draw)
    common = {"institution_code": page["institution_code"], "case_id": page["case_id"], "month": str(month)}
    truth.front_page_defects.append({**common, "rule_hint": kind.hint, "column": kind.column, "what": what})
    for hint, column in kind.consequences:
        truth.front_page_consequences.append({**common, "rule_hint": hint, "column": column, "follows_from": kind.hint})
