"""The answer to a message: ACK with MSA and, where something is wrong, one ERR for each problem.

Which answer is given, by what MSH-15 (accept) and MSH-16 (application acknowledgement) ask for:

    both empty           original mode: AA, AE or AR
    MSH-16 is not NE     enhanced mode: AA, AE or AR at once, in place of the accept answer
    only MSH-15 asked    enhanced mode: CA, CE or CR
    NE and NE            AA, AE or AR all the same: field senders write NE and wait (MLLP release 1 always waits), and a
                         message of which its sender never learns that it was refused is lost

The answer echoes version, processing id, separators and character set of the message; from version 2.5 on ERR-2 to
ERR-8 are filled, before that ERR-1. Texts are Chinese and English, because both sides read them. What is serious
stands before what is only a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yigongti.interfaces.hl7v2.escapes import STANDARD, Delimiters, escape
from yigongti.interfaces.hl7v2.message import Segment
from yigongti.interfaces.hl7v2.problems import CONDITION_NAMES, Place, Problem, Verdict, verdict_of

ACCEPTED_CODES = frozenset({"AA", "CA"})
_ACCEPT_ANSWERS = {Verdict.ACCEPTED: "CA", Verdict.ERROR: "CE", Verdict.REJECTED: "CR"}
_PROBLEMS_AT_MOST = 20  # an answer stays small; the log holds all
_FALLBACK_VERSION = "2.5.1"


def answer_code(header: Segment | None, verdict: Verdict) -> str:
    """MSA-1: the application answer, or the accept answer where only that is asked for."""
    accept, application = (header.text(15), header.text(16)) if header else ("", "")
    only_accept = accept in {"AL", "SU", "ER"} and application == "NE"
    return _ACCEPT_ANSWERS[verdict] if only_accept else str(verdict)


def acknowledge(
    header: Segment | None, problems: Sequence[Problem], *, control_id: str, at: datetime, answered_as: str
) -> str:
    """The answer as a text. header: MSH of the message, or None when it could not be read.

    control_id: the answer's own; at: an aware moment; answered_as: MSH-3 of the answer where the message named no
    receiving application.
    """
    delimiters = header.delimiters if header else STANDARD
    version = (header.text(12) if header else "") or _FALLBACK_VERSION
    verdict = verdict_of(problems)
    lines = [
        _header(header, delimiters, control_id, at, answered_as),
        ["MSA", answer_code(header, verdict), header.raw(10) if header else "", _summary(problems, delimiters)],
    ]
    by_weight = sorted(problems, key=lambda problem: problem.verdict == Verdict.ACCEPTED)
    lines += [_error(problem, delimiters, version) for problem in by_weight[:_PROBLEMS_AT_MOST]]
    return "".join(delimiters.field.join(line).rstrip(delimiters.field) + "\r" for line in lines)


def _header(
    header: Segment | None, delimiters: Delimiters, control_id: str, at: datetime, answered_as: str
) -> list[str]:
    component = delimiters.component
    event = header.text(9, 2) if header else ""
    raw = header.raw if header else lambda number: ""
    return [
        "MSH",
        delimiters.encoding_characters,
        raw(5) or escape(answered_as, delimiters),
        raw(6),
        raw(3),
        raw(4),
        at.strftime("%Y%m%d%H%M%S%z"),
        "",
        component.join(["ACK", escape(event, delimiters), "ACK"]) if event else "ACK",
        escape(control_id, delimiters),
        raw(11) or "P",
        raw(12) or _FALLBACK_VERSION,
        *[""] * 5,
        raw(18),
    ]


def _summary(problems: Sequence[Problem], delimiters: Delimiters) -> str:
    serious = [problem for problem in problems if problem.verdict != Verdict.ACCEPTED]
    return escape(f"{serious[0].text.zh} / {serious[0].text.en}", delimiters) if serious else ""


def _error(problem: Problem, delimiters: Delimiters, version: str) -> list[str]:
    component, subcomponent = delimiters.component, delimiters.subcomponent or " "
    name = CONDITION_NAMES[problem.condition]
    message = escape(f"{problem.text.zh} / {problem.text.en}", delimiters)
    if _before_2_5(version):
        coded = subcomponent.join([problem.condition, name, "HL70357"])
        place = problem.place
        location = [place.segment, _number(place.occurrence), _number(place.field), coded]
        return ["ERR", component.join(location)]
    severity = "W" if problem.verdict == Verdict.ACCEPTED else "E"
    coded = component.join([problem.condition, name, "HL70357"])
    return ["ERR", "", _location(problem.place, component), coded, severity, problem.key, "", "", message]


def _location(place: Place, component: str) -> str:
    numbers = (place.occurrence, place.field, place.repetition, place.component)
    parts = [place.segment, *(_number(number) for number in numbers)]
    return component.join(parts).rstrip(component)


def _number(number: int) -> str:
    return str(number) if number else ""


def _before_2_5(version: str) -> bool:
    try:
        major, minor = (int(part) for part in version.split(".")[:2])
    except ValueError:
        return False
    return (major, minor) < (2, 5)
