"""The steps of a message, as the log keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from yigongti.interfaces.hl7v2.models import MessageEvent, MessageLog
from yigongti.interfaces.hl7v2.problems import Problem
from yigongti.kernel.access.actor import Actor


def note(message: MessageLog, kind: str, actor: Actor, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """Add a step, inside the transaction of the step itself."""
    said = {"code": message.error_code} if message.error_code and kind != MessageEvent.Kind.ASKED else {}
    MessageEvent.objects.bulk_create(
        [
            MessageEvent(
                message=message,
                institution_id=message.institution_id,
                happened_at=at,
                kind=kind,
                username=actor.username,
                mapping_version=message.mapping_version,
                detail=said | (detail or {}),
            )
        ]
    )


def told(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems as the log keeps them."""
    return [
        {
            "verdict": str(problem.verdict),
            "condition": str(problem.condition),
            "code": problem.key,
            "place": str(problem.place),
            "zh": problem.text.zh,
            "en": problem.text.en,
        }
        for problem in problems
    ]
