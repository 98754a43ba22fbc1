"""What can be wrong with a message, as the sender is told: code of HL7 table 0357, place, a sentence in two languages.

AR   the message is none of ours: it cannot be read, its type is not taken here, it comes from somebody else
AE   the message is ours and its content is wrong: the sender must mend it
AA   taken; a problem of this weight is a warning
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from yigongti.foundation.errors import Text


class Verdict(StrEnum):
    """HL7 table 0008 in the original acknowledgement mode."""

    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"


class Condition(StrEnum):
    """HL7 table 0357, message error condition codes."""

    SEGMENT_SEQUENCE = "100"
    REQUIRED_FIELD = "101"
    DATA_TYPE = "102"
    TABLE_VALUE = "103"
    MESSAGE_TYPE = "200"
    EVENT = "201"
    PROCESSING_ID = "202"
    VERSION = "203"
    UNKNOWN_KEY = "204"
    RECORD_LOCKED = "206"
    INTERNAL = "207"


CONDITION_NAMES = {
    Condition.SEGMENT_SEQUENCE: "Segment sequence error",
    Condition.REQUIRED_FIELD: "Required field missing",
    Condition.DATA_TYPE: "Data type error",
    Condition.TABLE_VALUE: "Table value not found",
    Condition.MESSAGE_TYPE: "Unsupported message type",
    Condition.EVENT: "Unsupported event code",
    Condition.PROCESSING_ID: "Unsupported processing id",
    Condition.VERSION: "Unsupported version id",
    Condition.UNKNOWN_KEY: "Unknown key identifier",
    Condition.RECORD_LOCKED: "Application record locked",
    Condition.INTERNAL: "Application internal error",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a message: segment, which one of its name (from 1), field, repetition, component. 0 means unsaid."""

    segment: str = ""
    occurrence: int = 0
    field: int = 0
    repetition: int = 0
    component: int = 0

    def __str__(self) -> str:
        if not self.segment:
            return ""
        said = self.segment + (f"[{self.occurrence}]" if self.occurrence > 1 else "")
        return said + (f"-{self.field}" if self.field else "") + (f".{self.component}" if self.component else "")


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `key` is the product's stable code ("hl7v2.required_field")."""

    verdict: Verdict
    condition: Condition
    key: str
    text: Text
    place: Place = NOWHERE


class Refused(Exception):
    """Ends the reading of a message: nothing of it is applied."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.verdict} {problem.condition} {problem.text.en} {problem.place}")


def rejected(condition: Condition, key: str, zh: str, en: str, place: Place = NOWHERE) -> Problem:
    """A problem that makes the answer AR."""
    return Problem(Verdict.REJECTED, condition, f"hl7v2.{key}", Text(zh=zh, en=en), place)


def wrong(condition: Condition, key: str, zh: str, en: str, place: Place = NOWHERE) -> Problem:
    """A problem that makes the answer AE."""
    return Problem(Verdict.ERROR, condition, f"hl7v2.{key}", Text(zh=zh, en=en), place)


def warning(condition: Condition, key: str, zh: str, en: str, place: Place = NOWHERE) -> Problem:
    """A problem that leaves the answer AA: what was read differently from what the sender may have meant."""
    return Problem(Verdict.ACCEPTED, condition, f"hl7v2.{key}", Text(zh=zh, en=en), place)


def missing_field(place: Place, what_zh: str, what_en: str) -> Problem:
    """A field without which the message cannot be filed."""
    return wrong(
        Condition.REQUIRED_FIELD,
        "required_field",
        f"缺少 {place}（{what_zh}）",
        f"{place} ({what_en}) is missing",
        place,
    )


def verdict_of(problems: Iterable[Problem]) -> Verdict:
    """The gravest of all."""
    found = {problem.verdict for problem in problems}
    if Verdict.REJECTED in found:
        return Verdict.REJECTED
    return Verdict.ERROR if Verdict.ERROR in found else Verdict.ACCEPTED
