"""The same over tables: distinct diagnoses and distinct items meet the knowledge, then stays are joined to both."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import ROW_OF_KNOWLEDGE, bills_of, charges, codes_that_start
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Stays with a diagnosis and without its evidence."""
    stays = bills_of(tables, version, "diagnoses", inpatient=True)
    coded = stays.select(*BILL, "ended_on", diagnosis=_listed(stays.diagnoses).unnest())
    named = codes_that_start(coded.select("diagnosis").distinct(), "diagnosis", check, "diagnosis")
    met = coded.join(named, "diagnosis")
    met = met.filter((met.ended_on >= met.k_valid_from) & (met.k_valid_to.isnull() | (met.ended_on <= met.k_valid_to)))
    hits = met.group_by([*BILL, *ROW_OF_KNOWLEDGE, "ended_on"]).aggregate(diagnosis=met.diagnosis.min())
    speaking = codes_that_start(tables.lines.select("item_code").distinct(), "item_code", check, "evidence_items")
    speaking = speaking.select("item_code", *ROW_OF_KNOWLEDGE).distinct()
    lines = tables.lines.select(*BILL, "line_number", "item_code", "amount")
    lines = charges(lines.semi_join(speaking, "item_code").semi_join(hits, BILL), tables)
    proven = lines.join(speaking, "item_code").select(*BILL, *ROW_OF_KNOWLEDGE)
    knowledge = tables.knowledge[check.id].rename("k_{name}")
    told = hits.anti_join(proven, [*BILL, *ROW_OF_KNOWLEDGE]).join(
        knowledge.select(*ROW_OF_KNOWLEDGE, "k_evidence_items", "k_evidence_name"), ROW_OF_KNOWLEDGE
    )
    words = told.k_evidence_name.fill_null("")
    return answer(
        told, check, version, line_number=ibis.null("int64"), on=told.ended_on, amount=ibis.literal(0),
        item=told.diagnosis, observed=ibis.literal("0项"),
        limit=(words == "").ifelse(told.k_evidence_items.fill_null("").replace("|", "、"), words),
    )  # fmt: skip


def _listed(codes: Any) -> Any:
    # Spark splits by a pattern in which "|" means something else
    return codes.fill_null("").replace("|", ",").split(",")
