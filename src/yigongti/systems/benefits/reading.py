"""Who stands at the counter: the institution, the insured person, the person's year, read in one journey and locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from yigongti.engines.benefit.public import Bill, Care, Level, Person, Place, Referral, Rules, rules_of
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.foundation.money import to_fen
from yigongti.foundation.policy import Policy
from yigongti.systems.benefits.asked import Asked
from yigongti.systems.benefits.at_counter import KEY_TAKEN, Desk
from yigongti.systems.benefits.catalogue import Sorted
from yigongti.systems.benefits.counters import Kept

LEVEL_BY_KIND = {
    "county_hospital": "county", "tcm_hospital": "county", "maternal_child_hospital": "county",
    "township_hospital": "township", "village_clinic": "village",
}  # fmt: skip
"""The level of an institution whose own level is not noted."""

_WHO = """
    SELECT i.code, i.kind, i.level, i.community, i.name,
           (SELECT f.id FROM organisations_institution f WHERE f.kind IN ('insurance_bureau', 'county')
             ORDER BY f.kind = 'county', f.id LIMIT 1),
           (SELECT jsonb_agg(jsonb_build_object(
                'resident', e.resident_id, 'type', e.insurance_type, 'name', e.name, 'sex', e.sex,
                'born', e.birth_date, 'groups', e.groups, 'community', e.community,
                'first', e.valid_from, 'last', e.valid_to) ORDER BY e.valid_from)
              FROM benefits_enrolment e WHERE e.insured_number = %(number)s),
           (SELECT jsonb_agg(jsonb_build_object('disease', a.disease_code, 'first', a.valid_from, 'last', a.valid_to))
              FROM benefits_approval a WHERE a.state = 'approved' AND a.resident_id IN (
                SELECT e.resident_id FROM benefits_enrolment e WHERE e.insured_number = %(number)s)),
           (SELECT jsonb_build_object('resident', s.resident_id, 'state', s.state,
                                      'deductible', s.deductible_of_stay::text,
                                      'last', s.ended_on)
              FROM benefits_settlement s JOIN organisations_institution c ON c.id = s.institution_id
             WHERE c.code = %(earlier_at)s AND s.number = %(earlier)s)
      FROM organisations_institution i WHERE i.id = %(institution)s
"""
_YEAR = """
    SELECT y.id, y.used FROM benefits_benefityear y
      JOIN benefits_enrolment e ON e.resident_id = y.resident_id AND e.insurance_type = y.insurance_type
     WHERE e.insured_number = %(number)s AND e.valid_from <= %(day)s AND e.valid_to >= %(day)s AND y.year = %(year)s
"""
_LOCKED_YEAR = _YEAR + " FOR UPDATE OF y"
_SAME_KEY = """
    SELECT s.id, s.content, (SELECT nextval('benefits_number'))
      FROM (SELECT 1) one LEFT JOIN benefits_settlement s ON s.institution_id = %(institution)s AND s.key = %(key)s
"""
_NEW_YEAR = """
    INSERT INTO benefits_benefityear (resident_id, year, insurance_type, used, settlements, total_cost, pool_fund,
                                      insurance, cash)
    VALUES (%(resident)s, %(year)s, %(type)s, '{}', 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING
"""


class _Insured(msgspec.Struct, frozen=True):
    """A row of the register of the insured, as the query tells it."""

    resident: int
    type: str
    name: str
    sex: str
    born: date | None
    groups: list[str]
    community: str
    first: date
    last: date


class _Approved(msgspec.Struct, frozen=True):
    disease: str
    first: date
    last: date


class _Earlier(msgspec.Struct, frozen=True):
    resident: int
    deductible: Decimal
    state: str
    last: date


_LEVELS = frozenset(str(level) for level in Level)
_insured = msgspec.json.Decoder(list[_Insured])
_approved = msgspec.json.Decoder(list[_Approved])
_earlier = msgspec.json.Decoder(_Earlier)


@dataclass(frozen=True, slots=True)
class Counter:
    """The institution that settles."""

    id: int
    code: str
    name: str
    kind: str
    level: str
    community: str
    fund_id: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that a bill is settled with. year: the benefit year that the bill counts in. year_id 0: nothing was
    used of it yet, and nothing is locked. settled_as: the settlement that the key names already; next_number: for a
    new one."""

    place: Counter
    insured: _Insured
    person: Person
    bill_place: Place
    level: Level
    transferred: Decimal | None
    rules: Rules
    year: int
    year_id: int
    used: Kept
    settled_as: int | None
    next_number: int


def read_standing(desk: Desk, institution_id: int, asked: Asked, policy: Policy, *, lock: bool) -> Standing:
    """Who stands at the counter. lock: the person's year is locked until the transaction ends.

    Raises NotFound (no such institution, nobody insured under the number), InvalidInput (not insured on the day, a
    place or level that does not fit, an earlier stay that this one cannot continue), PolicyError (no rules for the
    scheme on that day) and Conflict (the key was used for another bill).
    """
    earlier_at, _slash, earlier = asked.continues.partition("/")
    told: dict[str, Any] = {
        "number": asked.insured_number, "institution": institution_id, "day": asked.ended_on,
        "year": asked.ended_on.year, "key": asked.key, "earlier_at": earlier_at, "earlier": earlier,
    }  # fmt: skip
    counted = [(_LOCKED_YEAR, told), (_SAME_KEY, told)] if lock else [(_YEAR, told)]
    who, years, *keys = desk.together((_WHO, told), *counted)
    if not who:
        raise NotFound("benefits.institution_unknown", zh="没有这家机构", en="there is no such institution")
    place, insured, everything, approvals, continued = _told(institution_id, asked, who[0])
    rules = rules_of(policy, insured.type, asked.ended_on)
    is_calendar_year = told["year"] == rules.year_from.year
    told["year"] = rules.year_from.year
    if not is_calendar_year:
        years, *keys = desk.together(*counted)
    if lock and not years:
        new = {"resident": insured.resident, "year": told["year"], "type": insured.type}
        _made, years, *keys = desk.together((_NEW_YEAR, new), *counted)
    settled_as, next_number = _same_key(keys[0][0], asked) if keys else (None, 0)
    where, level = _where(asked, place, insured)
    return Standing(
        place=place, insured=insured, person=_person(asked, insured, everything, approvals), bill_place=where,
        level=level, transferred=_transferred(asked, insured, continued), rules=rules, year=told["year"],
        year_id=years[0][0] if years else 0, used=msgspec.json.decode(years[0][1]) if years else {},
        settled_as=settled_as, next_number=next_number,
    )  # fmt: skip


def bill_of(standing: Standing, asked: Asked, sorted_: Sorted) -> Bill:
    """The bill as the engine takes it."""
    return Bill(
        insurance_type=standing.insured.type, care=Care(asked.care), level=standing.level, place=standing.bill_place,
        referral=Referral(asked.referral), started_on=asked.started_on, ended_on=asked.ended_on, total=sorted_.total,
        outside_catalogue=sorted_.outside, above_limits=sorted_.over, first_share=sorted_.first,
        disease_code=asked.disease_code, transferred_deductible=standing.transferred,
    )  # fmt: skip


def _told(institution_id: int, asked: Asked, row: tuple[Any, ...]) -> tuple[Any, ...]:
    code, kind, level, community, name, fund_id, enrolments, approvals, earlier = row
    place = Counter(institution_id, code, name, kind, level or LEVEL_BY_KIND.get(kind, ""), community, fund_id)
    everything = _insured.decode(enrolments) if enrolments else []
    if not everything:
        raise NotFound(
            "benefits.not_insured",
            zh="没有查到参保信息，请核对医保编号；未参保的费用不能在窗口报销",
            en="nobody is insured under this number; check it, bills of the uninsured are not settled here",
            where="insured_number",
        )
    insured = next((each for each in everything if each.first <= asked.ended_on <= each.last), None)
    if insured is None:
        raise InvalidInput(
            "benefits.not_insured_then",
            zh=f"{asked.ended_on} 不在参保期内（最近一段为 {everything[-1].first} 至 {everything[-1].last}）",
            en=f"not insured on {asked.ended_on} (latest: {everything[-1].first} to {everything[-1].last})",
            where="ended_on",
        )
    same = [each for each in everything if each.resident == insured.resident]
    return (
        place, insured, same, _approved.decode(approvals) if approvals else [],
        _earlier.decode(earlier) if earlier else None,
    )  # fmt: skip


def _same_key(row: tuple[Any, ...], asked: Asked) -> tuple[int | None, int]:
    settled_as, content, number = row
    if settled_as is not None and content != asked.content():
        raise Conflict(KEY_TAKEN[0], zh=KEY_TAKEN[1], en=KEY_TAKEN[2], where=asked.key)
    return settled_as, int(number)


def _person(asked: Asked, insured: _Insured, everything: list[_Insured], approvals: list[_Approved]) -> Person:
    spans: dict[str, list[tuple[date, date]]] = {}
    for each in everything:
        spans.setdefault(each.type, []).append((each.first, each.last))
    in_force: dict[str, tuple[date, date]] = {}
    for one in approvals:
        if one.disease not in in_force or one.first <= asked.ended_on <= one.last:
            in_force[one.disease] = (one.first, one.last)
    return Person(
        born_on=insured.born, groups=frozenset(insured.groups), insured={k: tuple(v) for k, v in spans.items()},
        approvals=in_force, personal_account=to_fen(asked.from_account),
    )  # fmt: skip


def _where(asked: Asked, place: Counter, insured: _Insured) -> tuple[Place, Level]:
    """Where the care was given, seen from the resident's own community."""
    if asked.treated_at is not None:
        if place.id != place.fund_id and place.kind != "insurance_bureau":
            raise InvalidInput(
                "benefits.outside_at_bureau",
                zh="县外票据由医保经办机构受理",
                en="bills from outside the county are settled by the insurance bureau",
                where="treated_at",
            )
        return Place(asked.treated_at.place), Level(asked.treated_at.level)
    if place.level not in _LEVELS:
        raise InvalidInput(
            "benefits.level_unknown",
            zh=f"机构 {place.code} 没有级别，无法确定报销比例",
            en=f"the institution {place.code} has no level, so no ratio applies",
            where="institution_code",
        )
    own = not insured.community or not place.community or insured.community == place.community
    return (Place.COMMUNITY if own else Place.COUNTY), Level(place.level)


def _transferred(asked: Asked, insured: _Insured, earlier: _Earlier | None) -> Decimal | None:
    """The deductible borne in the stay that this one continues."""
    if not asked.continues:
        return None
    fits = earlier is not None and earlier.resident == insured.resident and earlier.state == "settled"
    if not fits or earlier is None or asked.referral not in ("up", "down"):
        raise InvalidInput(
            "benefits.nothing_to_continue",
            zh="没有可以接续的上一次住院结算（须为本人、有效，且为上转或下转）",
            en="there is no settlement of this person's earlier stay to continue; it needs a referral up or down",
            where="continues",
        )
    return earlier.deductible
