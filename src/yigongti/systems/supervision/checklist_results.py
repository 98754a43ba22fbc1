"""What a filled checklist says item by item: met, failed or not applicable, for the tables of results.

Only items that can fail count: those for which the form says when something is to be put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.public import FormVersion, findings_of

MET, FAILED, NOT_APPLICABLE = "met", "failed", "not_applicable"
NONE_OF_IT = "na"
"""The code by which the forms of policy/forms say that an item does not apply."""


def judged_items(version: FormVersion) -> dict[str, Text]:
    """The items that can fail, in the order of the form: id → what is asked."""
    every = [inner for item in version.items for inner in item.inside()]
    return {item.id: item.text for item in every if item.finding}


def results_of(version: FormVersion, response: Mapping[str, Any], on: date) -> dict[str, str]:
    """Item → how it came out; of an item that repeats, failed when it failed once."""
    failed = {finding.link_id for finding in findings_of(version, response, on)}
    told = _answers(response.get("item") or [])
    return {item: _result(item, failed, told) for item in judged_items(version)}


def _result(item: str, failed: set[str], told: Mapping[str, list[Mapping[str, Any]]]) -> str:
    if item in failed:
        return FAILED
    answers = told.get(item, [])
    applies = [answer for answer in answers if (answer.get("valueCoding") or {}).get("code") != NONE_OF_IT]
    return MET if applies else NOT_APPLICABLE


def _answers(items: list[Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Every answer of the response by its item, however deep it lies."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        found.setdefault(str(item.get("linkId")), []).extend(item.get("answer") or [])
        for inner, answers in _answers(item.get("item") or []).items():
            found.setdefault(inner, []).extend(answers)
        for answer in item.get("answer") or []:
            for inner, answers in _answers(answer.get("item") or []).items():
                found.setdefault(inner, []).extend(answers)
    return found


def photographs_of(response: Mapping[str, Any]) -> list[int]:
    """The attachments that the answers name, in their order."""
    urls = [
        str((answer.get("valueAttachment") or {}).get("url", ""))
        for answers in _answers(response.get("item") or []).values()
        for answer in answers
    ]
    return [number for url in urls if (number := attachment_number(url))]


def attachment_number(url: str) -> int:
    """ "/attachments/41" → 41; 0 for anything else."""
    last = url.rpartition("/")[2]
    return int(last) if url.startswith("/attachments/") and last.isascii() and last.isdigit() else 0


def position_of(uri: str) -> tuple[str, str] | None:
    """Latitude and longitude of a geo: URI ("geo:32.1,105.9;u=20"), None for anything that is none."""
    scheme, _sign, rest = uri.partition(":")
    parts = rest.partition(";")[0].split(",")
    try:
        numbers = [round(float(part), 6) for part in parts[:2]]
    except ValueError:
        return None
    fits = scheme == "geo" and len(numbers) == 2 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180
    return (f"{numbers[0]:.6f}", f"{numbers[1]:.6f}") if fits else None
