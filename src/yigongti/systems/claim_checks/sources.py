"""Where a version or a row of knowledge comes from, by name: a document of the policy, a batch or a change of here."""

from __future__ import annotations

from django.utils.translation import gettext, override

from yigongti.kernel.access.limits import policy
from yigongti.systems.claim_checks import ceilings
from yigongti.systems.claim_checks.models import ChangeOfCheck, KnowledgeBatch

CATALOGUE = ceilings.SOURCE
BATCH, CHANGE = "batch-", "change-"


def source_title(source: str, language: str) -> str:
    """The source's title; its id where nothing is known of it."""
    known = policy().sources.get(source)
    if known is not None:
        return known.title.in_language(language)
    if source == CATALOGUE:
        with override(language):
            return gettext("The price catalogue as published")
    if source.startswith(BATCH) and source.removeprefix(BATCH).isdecimal():
        batch = KnowledgeBatch.objects.filter(pk=int(source.removeprefix(BATCH))).first()
        return batch.title if batch else source
    if source.startswith(CHANGE) and source.removeprefix(CHANGE).isdecimal():
        change = ChangeOfCheck.objects.filter(pk=int(source.removeprefix(CHANGE))).first()
        return f"{change.signed_at:%Y-%m-%d} {change.signed_by_name}" if change and change.signed_at else source
    return source
