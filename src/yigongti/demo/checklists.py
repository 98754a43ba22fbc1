"""Checklists that nobody filled: valid answers with chosen items failing, and small pictures marked as invented."""

from __future__ import annotations

import hashlib
import struct
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yigongti.kernel.attachments.models import Attachment
from yigongti.kernel.attachments.storing import receive, settle
from yigongti.kernel.forms.actions.take_answer import position_of, score_of
from yigongti.kernel.forms.definition import FormVersion, Item
from yigongti.kernel.forms.models import AnswerState
from yigongti.kernel.forms.plain import plain
from yigongti.kernel.forms.public import Answer, Assignment, response, version_named
from yigongti.kernel.forms.scopes import Evaluation
from yigongti.kernel.forms.validation import faults
from yigongti.systems.supervision.checklist_results import FAILED, photographs_of, results_of
from yigongti.systems.supervision.checklist_results import position_of as geo
from yigongti.systems.supervision.models import Inspection

NOTE = "（演示）现场查看不符合要求。"
WIDTH, HEIGHT, DOT = 176, 96, 5
_LETTERS = {
    "D": ("####.", "#...#", "#...#", "#...#", "####."), "E": ("#####", "#....", "####.", "#....", "#####"),
    "M": ("#...#", "##.##", "#.#.#", "#...#", "#...#"), "O": (".###.", "#...#", "#...#", "#...#", ".###."),
}  # fmt: skip


def invented_picture(number: int) -> bytes:
    """A small PNG with a wall of one colour and the word DEMO across it: nobody takes it for a photograph."""
    red, green, blue = 150 + number * 37 % 80, 160 + number * 53 % 70, 150 + number * 29 % 80
    left, top = (WIDTH - 4 * 6 * DOT) // 2, (HEIGHT - 5 * DOT) // 2
    dark = {
        (left + (n * 6 + x) * DOT + dx, top + y * DOT + dy)
        for n, letter in enumerate("DEMO")
        for y, line in enumerate(_LETTERS[letter])
        for x, dot in enumerate(line)
        if dot == "#"
        for dx in range(DOT)
        for dy in range(DOT)
    }
    lines = bytearray()
    for y in range(HEIGHT):
        shade = y * 40 // HEIGHT
        lines.append(0)
        for x in range(WIDTH):
            lines += b"\x30\x30\x30" if (x, y) in dark else bytes((red - shade, green - shade, blue - shade))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(bytes(lines), 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def failing_choices(version: FormVersion) -> list[str]:
    """The items that can be made to fail by choosing an answer, in the order of the form."""
    every = [inner for item in version.items for inner in item.inside()]
    return [item.id for item in every if item.finding and item.type == "choice" and _failing_code(item)]


@dataclass(frozen=True, slots=True)
class Filling:
    """A checklist to be filled: which items fail, when, where, and with which picture of the first that fails."""

    inspection: Inspection
    failing: Sequence[str]
    at: datetime
    position: str = ""
    picture: bytes = b""


def fill_all(fillings: Sequence[Filling]) -> None:
    """Keep the answers as the inspectors' phones would have brought them, all in a few statements: hundreds of answers
    one by one would make whoever tries the product wait for a minute. What is written follows from the same rules
    (kernel/forms, systems/supervision)."""
    assignments = Assignment.objects.using("bulk").in_bulk([each.inspection.assignment_id for each in fillings])
    answers = []
    for each in fillings:
        assignment = assignments[each.inspection.assignment_id]
        answers.append(_answered(each, assignment, _kept(each, assignment) if each.picture else 0))
    Answer.objects.using("bulk").bulk_create(answers)
    AnswerState.objects.using("bulk").bulk_create(
        AnswerState(answer=answer, kind="accepted", happened_at=answer.received_at, account_id=answer.account_id)
        for answer in answers
    )
    for each, answer in zip(fillings, answers, strict=True):
        assignment = assignments[each.inspection.assignment_id]
        assignment.state, assignment.answer, assignment.closed_at = "answered", answer, each.at
        _told(each.inspection, answer, version_named(assignment.form_id, assignment.form_version))
    Assignment.objects.using("bulk").bulk_update(assignments.values(), ["state", "answer", "closed_at"], batch_size=300)
    Inspection.objects.using("bulk").bulk_update([each.inspection for each in fillings], _TOLD, batch_size=300)


_TOLD = ["state", "done_at", "answer_id", "results", "failed", "photographs", "latitude", "longitude"]


def _answered(each: Filling, assignment: Assignment, photograph: int) -> Answer:
    version, on = version_named(assignment.form_id, assignment.form_version), each.at.date()
    items = _filled(version.items, frozenset(each.failing), on, each.position)
    _tell_more(version, items, each.failing, photograph)
    _prune(version, items, on)
    client = uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{assignment.pk}")
    found = faults(version, items, on)
    assert not found, f"the demo's answer of {assignment.form_id} is not taken: {found[0]}"
    told = plain(
        response(
            version, items, on=on, authored_at=each.at, subject=assignment.subject, identifier=str(client)
        )
    )  # fmt: skip
    return Answer(
        assignment_id=assignment.pk, client_id=client, arrived_digest=hashlib.sha256(client.bytes).hexdigest(),
        response=told, score=score_of(version, told["item"]), account_id=each.inspection.inspector_account_id,
        account_name=each.inspection.inspector_name, started_at=each.at, finished_at=each.at, received_at=each.at,
        clock_offset=0, position=position_of(version, told["item"]),
    )  # fmt: skip


def _kept(each: Filling, assignment: Assignment) -> int:
    """The picture among the attachments; the same bytes lie on the disk once."""
    client = uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{assignment.pk}")
    kept = receive([each.picture], len(each.picture))
    settle(kept)
    kept.waiting.unlink(missing_ok=True)
    made = Attachment.objects.using("bulk").create(
        digest=kept.digest, size=kept.size, kind="png", width=WIDTH, height=HEIGHT, name="演示照片.png",
        subject=f"forms.Answer/{client}", institution_id=assignment.owner_institution_id,
        other_institution_id=assignment.institution_id, uploaded_by=each.inspection.inspector_account_id,
        uploaded_at=each.at,
    )  # fmt: skip
    return int(made.pk)


def _told(row: Inspection, answer: Answer, version: FormVersion) -> None:
    """What systems/supervision keeps of an answer when it is told of one (actions/take_inspection.py)."""
    row.state, row.done_at, row.answer_id = Inspection.State.DONE, answer.received_at, answer.pk
    row.results = results_of(version, answer.response, answer.received_at.date())
    row.failed = sum(1 for result in row.results.values() if result == FAILED)
    row.photographs = photographs_of(answer.response)
    place = geo(answer.position)
    row.latitude, row.longitude = (Decimal(place[0]), Decimal(place[1])) if place else (None, None)


def _filled(items: Sequence[Item], failing: frozenset[str], on: date, position: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for item in items:
        if item.is_group:
            told.append({"linkId": item.id, "item": _filled(item.items, failing, on, position)})
        elif item.type == "position" and position:
            told.append({"linkId": item.id, "answer": [{"valueUri": position}]})
        elif item.required and not item.calculated:
            told.append({"linkId": item.id, "answer": [_answer(item, item.id in failing, on)]})
    return told


def _answer(item: Item, fails: bool, on: date) -> dict[str, Any]:
    if item.type == "choice":
        codes = [option.code for option in item.options]
        good = next((code for code in codes if code in ("yes", "clean")), codes[0])
        return {"valueCoding": {"code": _failing_code(item) if fails else good}}
    if item.type == "decimal":
        return {"valueDecimal": max(float(item.low or 0), 86.0 if item.high == "" or float(item.high) > 86 else 1.0)}
    if item.type == "integer":
        return {"valueInteger": int(float(item.low or 0))}
    plain: dict[str, dict[str, Any]] = {
        "date": {"valueDate": on.isoformat()},
        "boolean": {"valueBoolean": False},
        "time": {"valueTime": "08:30:00"},
    }
    return plain.get(item.type, {"valueString": "演示"})


def _failing_code(item: Item) -> str:
    """The answer by which the form says that the item fails, "" when it does not depend on its own answer."""
    codes = {option.code for option in item.options}
    rule = item.finding
    if rule is None:
        return ""
    own = [c for c in rule.when.conditions if c.item == item.id and c.operator == "=" and c.answer in codes]
    return own[0].answer if own else ""


def _tell_more(version: FormVersion, items: list[dict[str, Any]], failing: Sequence[str], photograph: int) -> None:
    """Beside each failing item its note, beside the first of them the photograph (0: none)."""
    for group in [items, *(item["item"] for item in items if "item" in item)]:
        for one in list(group):
            rule = version.by_id[one["linkId"]].finding if one["linkId"] in failing else None
            if rule and rule.note:
                group.append({"linkId": rule.note, "answer": [{"valueString": NOTE}]})
            if rule and rule.photographs and photograph and one["linkId"] == failing[0]:
                told = {"url": f"/attachments/{photograph}", "contentType": "image/png", "title": "演示照片.png"}
                group.append({"linkId": rule.photographs, "answer": [{"valueAttachment": told}]})


def _prune(version: FormVersion, items: list[dict[str, Any]], on: date) -> None:
    """Take out what is not asked after the answers that were given."""
    evaluation = Evaluation(version, items, on)
    asked = {filled.item.id for filled in evaluation.every() if evaluation.enabled(filled)}
    for group in [items, *(item["item"] for item in items if "item" in item)]:
        group[:] = [one for one in group if one["linkId"] in asked]
