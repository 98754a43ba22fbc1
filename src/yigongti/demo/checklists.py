"""Checklists that nobody filled: valid answers with chosen items failing, and small pictures marked as invented."""

from __future__ import annotations

import hashlib
import json
import struct
import uuid
import zlib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.forms.actions.take_answer import take_answer
from yigongti.kernel.forms.arrived import URN, read_arrived
from yigongti.kernel.forms.definition import FormVersion, Item
from yigongti.kernel.forms.public import Assignment, version_named
from yigongti.kernel.forms.scopes import Evaluation

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


def fill(
    actor: Actor,
    assignment: Assignment,
    failing: Collection[str],
    *,
    at: datetime,
    position: str = "",
    picture: bytes = b"",
) -> None:
    """Answer the checklist as the inspector's phone would. picture: of the first item that fails."""
    version = version_named(assignment.form_id, assignment.form_version)
    photograph = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{assignment.pk}/photograph"))
    items = _filled(version.items, frozenset(failing), at.date(), position)
    pictured = next((item for item in failing if picture and version.by_id[item].finding), "")
    _tell_more(version, items, failing, pictured, photograph)
    _prune(version, items, at.date())
    sent = {
        "client_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{assignment.pk}")), "assignment": assignment.pk,
        "account": actor.account_id, "form": assignment.form_id, "version": assignment.form_version, "items": items,
        "started_at": at.isoformat(), "finished_at": at.isoformat(), "sent_at": at.isoformat(),
        "photographs": [{"id": photograph, "sha256": hashlib.sha256(picture).hexdigest(), "name": "演示照片.png"}]
        if pictured
        else [],
    }  # fmt: skip
    take_answer(actor, read_arrived(json.dumps(sent)), {photograph: picture} if pictured else {}, at=at)


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


def _tell_more(
    version: FormVersion, items: list[dict[str, Any]], failing: Collection[str], pictured: str, photograph: str
) -> None:
    """Beside each failing item its note, beside one of them the photograph."""
    for group in [items, *(item["item"] for item in items if "item" in item)]:
        for one in list(group):
            rule = version.by_id[one["linkId"]].finding if one["linkId"] in failing else None
            if rule and rule.note:
                group.append({"linkId": rule.note, "answer": [{"valueString": NOTE}]})
            if rule and rule.photographs and one["linkId"] == pictured:
                told = {"url": f"{URN}{photograph}", "contentType": "image/png", "title": "演示照片.png"}
                group.append({"linkId": rule.photographs, "answer": [{"valueAttachment": told}]})


def _prune(version: FormVersion, items: list[dict[str, Any]], on: date) -> None:
    """Take out what is not asked after the answers that were given."""
    evaluation = Evaluation(version, items, on)
    asked = {filled.item.id for filled in evaluation.every() if evaluation.enabled(filled)}
    for group in [items, *(item["item"] for item in items if "item" in item)]:
        group[:] = [one for one in group if one["linkId"] in asked]
