"""What of a bill stands and how it hangs together: charges not taken back, prescriptions, operations, a person's bills.

The reference implementations of bills, persons and counties read through this; `charge_expressions.py` says the same
over tables.

A charge that was taken back is no charge. A line with a negative amount takes back the last charge of the same item and
the same amount on the same bill that has not been taken back yet; a refund that matches no charge is left alone, as
nobody can say which charge it lowers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, CareSetting, Facts, Line
from yigongti.engines.claim_checks.finding import Row
from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.foundation.money import ZERO, to_fen

MOST_EVIDENCE = 20
"""Rows of evidence that a finding carries; where there are more, its words say how many."""


def standing(bill: Bill) -> list[Line]:
    """The charges of a bill that were not taken back, by line number."""
    refunds = Counter((line.item_code, -line.amount) for line in bill.lines if line.amount < 0)
    if not refunds:
        return sorted((line for line in bill.lines if line.amount > 0), key=lambda line: line.line_number)
    left = []
    for line in sorted(bill.lines, key=by_day, reverse=True):
        if line.amount <= 0:
            continue
        if refunds[line.item_code, line.amount] > 0:
            refunds[line.item_code, line.amount] -= 1
        else:
            left.append(line)
    return sorted(left, key=lambda line: line.line_number)


def by_day(line: Line) -> tuple[object, ...]:
    """The order in which charges of a bill arose."""
    return line.charged_on, line.line_number


def at_stake(line: Line) -> Decimal:
    """Yuan that the fund is asked to bear for a line, never negative."""
    return max(line.claimed, ZERO)


def share_at_stake(line: Line, part: Decimal | int, whole: Decimal | int) -> Decimal:
    """The part of what is claimed for a line, half-up to the fen."""
    return to_fen(at_stake(line) * part / whole)


def in_force(check: Check, line: Line, column: str = "item_code") -> Iterator[tuple[Version, KnowledgeRow]]:
    """The version and each row of knowledge that speak of the line's item on its day."""
    rows = check.knowledge.by(column, line.item_code, line.charged_on)
    version = check.on(line.charged_on) if rows else None
    if version is not None:
        for row in rows:
            yield version, row


def named(line: Line, row: KnowledgeRow | None = None, column: str = "item_name") -> str:
    """The item as a sentence names it: the line's own words, else the knowledge's, else the code."""
    known = "" if row is None else str(row.values.get(column) or "")
    return line.item_name or known or line.item_code


def prescription_of(line: Line) -> tuple[str, str]:
    """What was ordered together: the prescription, or without its number everything of the day."""
    return _together(line, line.prescription_number)


def operation_of(line: Line) -> tuple[str, str]:
    """What was done in one operation: its number, or without it everything of the day."""
    return _together(line, line.operation_number)


def _together(line: Line, number: str) -> tuple[str, str]:
    return (number, "") if number else ("", str(line.charged_on))


def person_of(bill: Bill) -> tuple[str, str]:
    """Whose bill it is; a bill whose patient is not known stands for itself alone."""
    return ("person", bill.person) if bill.person else ("bill", str(row_of(bill)))


def bills_of_persons(facts: Facts) -> dict[Hashable, list[Bill]]:
    """The bills of each person, in the order in which they began."""
    found: dict[Hashable, list[Bill]] = defaultdict(list)
    for bill in sorted(facts.bills, key=when_begun):
        found[person_of(bill)].append(bill)
    return found


def when_begun(bill: Bill) -> tuple[object, ...]:
    """The order of bills in time; the names decide between bills of one day."""
    return bill.started_on, bill.case_id, bill.institution_code


def inpatient(bill: Bill) -> bool:
    return bill.care_setting == CareSetting.INPATIENT


def counted_in_days(bill: Bill) -> bool:
    """A stay whose days can be counted: one that ended before it began is a defect of the front page."""
    return inpatient(bill) and bill.started_on <= bill.ended_on


def row_of(bill: Bill, line: Line | None = None) -> Row:
    return Row(bill.institution_code, bill.case_id, None if line is None else line.line_number)


def shown(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows of evidence that a finding carries."""
    return tuple(rows)[:MOST_EVIDENCE]


def with_count(said: str, rows: Sequence[object]) -> str:
    """The words of what was observed; they tell how many rows there are where not all are carried."""
    return f"{said}（依据共{len(rows)}行）" if len(rows) > MOST_EVIDENCE else said


def number_text(number: Decimal | int) -> str:
    """A quantity without zeros at its end: 3, 1.5."""
    written = f"{Decimal(number):.4f}"
    return written.rstrip("0").rstrip(".")


def percent_text(part: Decimal, whole: Decimal = Decimal(1)) -> str:
    """A share with one decimal, half-up: 72.5%."""
    per_mille = int((part * 1000 / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return f"{per_mille // 10}.{per_mille % 10}%"


def number(version: Version, name: str) -> Decimal:
    """A parameter that is a number."""
    return Decimal(str(version.parameters[name]))


def codes(version: Version, name: str) -> tuple[str, ...]:
    """A parameter that is a list of codes; () where it is left out."""
    value = version.parameters.get(name, ())
    return value if isinstance(value, tuple) else (str(value),)


def principal(bill: Bill) -> str:
    """The principal diagnosis, "" where there is none."""
    return bill.diagnoses[0] if bill.diagnoses else ""


def beyond(units: Sequence[Decimal], allowed: Decimal) -> tuple[Decimal, list[int], list[tuple[int, Decimal]]]:
    """Which of the charges of a group, in order, lie beyond an allowance.

    units: how much each charge uses up. The answer: the total, the places of charges wholly within, and place and
    part (units beyond, at most the charge's own) of those that are not.
    """
    reached, within, over = Decimal(0), [], []
    for place, used in enumerate(units):
        reached += used
        if reached <= allowed:
            within.append(place)
        else:
            over.append((place, min(used, reached - allowed)))
    return reached, within, over
