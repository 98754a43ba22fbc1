"""A message from its bytes to a judgement: what it says, what it becomes, and what its sender is answered.

Pure: no database, no clock. The listener stores the bytes, asks here, applies what is good, and sends the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from yigongti.interfaces.hl7v2 import structure
from yigongti.interfaces.hl7v2.encoding import Decoded, decode
from yigongti.interfaces.hl7v2.local_choices import Kind, LocalChoices
from yigongti.interfaces.hl7v2.mapping import admission, appointments, orders, results
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Translation
from yigongti.interfaces.hl7v2.message import Message, Segment, read_message
from yigongti.interfaces.hl7v2.problems import (
    NOWHERE,
    Condition,
    Place,
    Problem,
    Refused,
    Verdict,
    missing_field,
    rejected,
    verdict_of,
    warning,
    wrong,
)

_MAPPINGS: dict[str, ModuleType] = {
    "admission": admission,
    "results": results,
    "orders": orders,
    "appointments": appointments,
}
_BASE_VERSION = "2.5.1"


@dataclass(frozen=True, slots=True)
class Sender:
    """The institution that a connection or a file belongs to, and the names by which its systems call it in MSH-4.

    names: empty means that only the institution's code is its name.
    """

    institution_code: str
    institution_name: str = ""
    names: frozenset[str] = frozenset()

    def is_named(self, facility: str) -> bool:
        return facility == self.institution_code or facility in self.names


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a message. header is None when even MSH could not be read."""

    header: Segment | None
    message: Message | None
    codec: str
    problems: tuple[Problem, ...]
    translation: Translation | None = None

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.problems)

    @property
    def first_error(self) -> Problem | None:
        return next((problem for problem in self.problems if problem.verdict != Verdict.ACCEPTED), None)


def judge(raw: bytes, sender: Sender, choices: LocalChoices) -> Judgement:
    """Reads a message and maps it. Never raises for what a sender may send."""
    decoded: Decoded | None = None
    message: Message | None = None
    problems: list[Problem] = []
    try:
        decoded = decode(raw, choices.character_sets)
        message = read_message(decoded.text, decoded.codec)
        kind = _kind(message, choices)
        problems += _header_problems(message, sender, choices)
        problems += _structure_problems(message, kind)
        if verdict_of(problems) != Verdict.ACCEPTED:
            return Judgement(message.header, message, decoded.codec, tuple(problems))
        translation = _translate(message, kind, sender, choices)
    except Refused as refused:
        problems.append(refused.problem)
        header = message.header if message else readable_header(raw)
        return Judgement(header, message, decoded.codec if decoded else "", tuple(problems))
    return Judgement(message.header, message, decoded.codec, (*problems, *translation.warnings), translation)


def readable_header(raw: bytes) -> Segment | None:
    """MSH of a message that cannot be read as a whole, as far as it is plain ASCII; None when there is none."""
    line = (
        raw.removeprefix(b"\xef\xbb\xbf")
        .split(b"\r")[0]
        .split(b"\n")[0]
        .decode("ascii", "replace")
        .replace("\0", "\ufffd")
    )
    try:
        return read_message(line, "ascii").header
    except Refused:
        return None


def _translate(message: Message, kind: Kind, sender: Sender, choices: LocalChoices) -> Translation:
    facility = message.sending_facility
    own = {facility.text(1), facility.text(2), sender.institution_code, *sender.names} - {""}
    draft = Draft(choices, sender.institution_code, sender.institution_name, frozenset(own))
    if kind.mapping == "merge":
        return admission.merge(message, draft)
    translation: Translation = _MAPPINGS[kind.mapping].translate(message, draft)
    return translation


def _kind(message: Message, choices: LocalChoices) -> Kind:
    named = f"{message.type}^{message.event}"
    if named in choices.kinds:
        return choices.kinds[named]
    if not choices.takes_type(message.type):
        raise Refused(
            rejected(
                Condition.MESSAGE_TYPE,
                "message_type",
                f"不接收报文类型“{message.type}”",
                f"the message type “{message.type}” is not taken",
                Place("MSH", 1, 9, 1, 1),
            )
        )
    raise Refused(
        rejected(
            Condition.EVENT,
            "event",
            f"不接收 {message.type} 的事件“{message.event}”",
            f"the event “{message.event}” of {message.type} is not taken",
            Place("MSH", 1, 9, 1, 2),
        )
    )


def _header_problems(message: Message, sender: Sender, choices: LocalChoices) -> list[Problem]:
    found: list[Problem] = []
    header, facility = message.header, message.sending_facility.text(1)
    if not message.control_id:
        found.append(missing_field(header.place(10), "报文号", "message control id"))
    if message.version not in choices.versions:
        found.append(
            rejected(
                Condition.VERSION,
                "version",
                f"不接收版本“{message.version}”",
                f"the version “{message.version}” is not taken",
                header.place(12),
            )
        )
    if message.processing_id and message.processing_id not in choices.processing_ids:
        found.append(
            rejected(
                Condition.PROCESSING_ID,
                "processing_id",
                f"不接收处理标识“{message.processing_id}”",
                f"the processing id “{message.processing_id}” is not taken",
                header.place(11),
            )
        )
    if not message.processing_id:
        found.append(
            warning(
                Condition.REQUIRED_FIELD,
                "processing_id_absent",
                "缺少 MSH-11，按正式报文处理",
                "MSH-11 is absent; read as production",
                header.place(11),
            )
        )
    return found + _sender_problems(facility, message, sender)


def _sender_problems(facility: str, message: Message, sender: Sender) -> list[Problem]:
    place = message.header.place(4)
    if message.sending_facility and not (facility or message.sending_facility.text(2)):
        facility = message.sending_facility.whole()
    names = [facility, message.sending_facility.text(2)]
    if any(name and sender.is_named(name) for name in names):
        return []
    if not any(names):
        return [
            warning(
                Condition.REQUIRED_FIELD,
                "facility_absent",
                f"缺少 MSH-4，按连接所属机构 {sender.institution_code} 记录",
                f"MSH-4 is absent; filed for {sender.institution_code}, whose connection this is",
                place,
            )
        ]
    return [
        rejected(
            Condition.UNKNOWN_KEY,
            "other_institution",
            f"MSH-4“{names[0] or names[1]}”不是此连接所属机构 {sender.institution_code}",
            f"MSH-4 “{names[0] or names[1]}” is not {sender.institution_code}, whose connection this is",
            place,
        )
    ]


def _structure_problems(message: Message, kind: Kind) -> list[Problem]:
    present = [segment.name for segment in message.segments]
    version = message.version if structure.is_known_version(message.version) else _BASE_VERSION
    required = [*structure.missing_segments(present, kind.structure, version)]
    required += [name for name in kind.also_required if name not in present]
    found = [_several_patients(message)] if present.count("PID") > 1 else []
    return found + [
        wrong(
            Condition.SEGMENT_SEQUENCE,
            "segment_missing",
            f"缺少 {name} 段",
            f"the segment {name} is missing",
            NOWHERE if name == "MSH" else Place(name),
        )
        for name in dict.fromkeys(required)
        if name not in kind.may_be_missing
    ]


def _several_patients(message: Message) -> Problem:
    # the standard lets a result or a merge hold several; whose an order or a visit is would then be a guess
    return wrong(
        Condition.SEGMENT_SEQUENCE,
        "several_patients",
        "一个报文内有多位患者（PID），请每位患者单独发送",
        "there are several patients (PID) in one message; send one message for each",
        message.named("PID")[1].place(),
    )
