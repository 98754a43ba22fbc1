"""Collecting the discharges of a month into the records of the residents they are about.

Whose page it is is found by identity number or by the hospital's record number; who is not known is registered. The
stay lets the hospital see the resident until some days after the discharge (policy records.days_after_discharge).
Collected again, the same pages change nothing; a corrected page becomes the next version of its resources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yigongti.foundation.policy import Policy
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.bulk_linking import Registered, Stay, keep_stays, link_in_bulk
from yigongti.kernel.people.sealing import ring
from yigongti.kernel.people.spelling import sound_of
from yigongti.kernel.records.master_patients import publish_patients
from yigongti.kernel.records.naming import SHANGHAI
from yigongti.kernel.records.public import publish
from yigongti.processes.discharge_records.mapping import Resource, resource_id, resources_of

USING = "bulk"
_PIECE = 500

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collected:
    """stays: pages that were collected; residents: whom they are about; resources: what was new or changed."""

    stays: int
    residents: int
    resources: int


def collect_discharges(
    discharges: Iterable[Row],
    settlements: Mapping[tuple[str, str], Row],
    *,
    policy: Policy,
    names: Mapping[str, str],
    at: datetime,
) -> Collected:
    """Collect the pages. discharges: rows of the fact table, institution by institution or mixed; settlements:
    (institution code, case) → row of the settlement list; names: code → name of diagnoses and procedures.

    Runs over the connection "bulk", a piece of pages in a transaction of its own: killed, it is run again from the
    start and keeps what is there.
    """
    institutions = {i.code: i for i in Institution.objects.using(USING).all()}
    stays = resources = 0
    people: set[int] = set()
    for piece in _pieces(row for row in discharges if row["institution_code"] in institutions):
        residents = link_in_bulk(
            [_registered(row, institutions[row["institution_code"]].pk) for row in piece],
            ring=ring(), sound_of=lambda name: sound_of(name)[0], at=at,
        )  # fmt: skip
        publish_patients({resident.pk for resident in residents}, at=at)
        keep_stays(
            [
                _stay(row, resident.pk, institutions[row["institution_code"]].pk, policy)
                for row, resident in zip(piece, residents, strict=True)
            ],
            at,
        )
        by_institution: dict[str, list[Resource]] = {}
        for row, resident in zip(piece, residents, strict=True):
            code = row["institution_code"]
            made = resources_of(
                row,
                settlements.get((code, row["case_id"])),
                patient_id=str(resident.public_id),
                organisation=institutions[code].name,
                names=names,
            )
            by_institution.setdefault(code, []).extend(made)
        for code, made in by_institution.items():
            published = publish(made, institution_id=institutions[code].pk, at=at)
            resources += published.added + published.changed
        stays += len(piece)
        people |= {resident.pk for resident in residents}
    return Collected(stays, len(people), resources)


def _pieces(rows: Iterator[Row]) -> Iterator[list[Row]]:
    piece: list[Row] = []
    for row in rows:
        piece.append(row)
        if len(piece) == _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _registered(row: Row, institution_id: int) -> Registered:
    return Registered(
        institution_id=institution_id,
        record_number=str(row.get("medical_record_number") or ""),
        number=str(row.get("resident_number") or ""),
        name=str(row.get("name") or ""),
        sex=str(row.get("sex") or "0"),
        birth_date=row.get("birth_date"),
        phone=str(row.get("phone") or ""),
        address=str(row.get("address") or ""),
    )


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return (value.astimezone(SHANGHAI) if value.tzinfo else value).date()
    return value if isinstance(value, date) else None


def _stay(row: Row, resident_id: int, institution_id: int, policy: Policy) -> Stay:
    discharged = _day(row["discharged_at"])
    assert discharged is not None, "a discharge without its day cannot have been accepted"
    admitted = _day(row.get("admitted_at")) or discharged
    after = int(policy.value("records.days_after_discharge", on=discharged))  # type: ignore[arg-type]
    return Stay(
        resident_id=resident_id,
        institution_id=institution_id,
        source=f"Encounter/{resource_id(row['institution_code'], row['case_id'], 'encounter')}",
        valid_from=min(admitted, discharged),
        valid_to=discharged + timedelta(days=after),
    )
