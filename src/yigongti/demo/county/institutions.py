"""The institutions of the demo county, their departments and their staff.

Codes have the shape of WS 218 (eight places, a hyphen, a check place) and begin with DEMO, so that nobody takes
them for real ones. The county: two bureaus, two county hospitals that each lead a community of six townships, a
maternal-and-child hospital, a CDC, 12 township hospitals, 256 village clinics.
"""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.demo.county import departments as dept
from yigongti.demo.county.names import draw_name
from yigongti.demo.county.streams import case_stream
from yigongti.foundation.identifiers import organisation_check_place

VALID_FROM = "2024-01-01"
VILLAGES = 256
MARK = "演示·"
"""Stands before every invented staff name."""

TOWNSHIPS = (
    ("青禾镇", "Qinghe"),
    ("云岭镇", "Yunling"),
    ("清溪镇", "Qingxi"),
    ("石桥镇", "Shiqiao"),
    ("柳林镇", "Liulin"),
    ("枫树乡", "Fengshu"),
    ("白沙镇", "Baisha"),
    ("金田乡", "Jintian"),
    ("双河镇", "Shuanghe"),
    ("梅园乡", "Meiyuan"),
    ("平湖镇", "Pinghu"),
    ("松坪乡", "Songping"),
)
TOWNSHIP_SHARES = (0.19, 0.11, 0.10, 0.09, 0.08, 0.05, 0.10, 0.06, 0.08, 0.05, 0.06, 0.03)
"""Each township's share of the county's residents; the first holds the county seat."""

_VILLAGE_FIRST = "东西南北上下前后新老大小红高长平"
_VILLAGE_SECOND = "河岭湾庄塘桥坡沟泉井坪店堡寨营畈"


@dataclass(frozen=True, slots=True)
class Institution:
    """One row of institutions.csv. community: the code of the hospital that leads it, or empty."""

    number: int
    code: str
    name: str
    name_en: str
    kind: str
    level: str
    parent_code: str
    community: str
    place: str  # the township or village it stands in; empty for the county seat


@dataclass(frozen=True, slots=True)
class Staff:
    """One row of staff.csv."""

    institution_code: str
    department_code: str
    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class CountyHouse:
    """All institutions with their departments and staff, and the look-ups that stays need."""

    institutions: tuple[Institution, ...]
    departments: dict[str, tuple[str, ...]]  # institution code -> department kinds
    staff: tuple[Staff, ...]
    by_post: dict[tuple[str, str, str], tuple[str, ...]]  # (institution, department code, kind) -> staff codes

    @property
    def hospitals(self) -> tuple[Institution, ...]:
        """The institutions that admit."""
        return tuple(i for i in self.institutions if i.code in self.departments)

    def of_kind(self, kind: str) -> tuple[Institution, ...]:
        return tuple(i for i in self.institutions if i.kind == kind)


def institution_code(number: int) -> str:
    """DEMO and the number, with its check place."""
    places = f"DEMO{number:04d}"
    return f"{places}-{organisation_check_place(places)}"


def _institutions() -> tuple[Institution, ...]:
    code = institution_code
    county, bureau, people, tcm = code(0), code(1), code(101), code(102)

    def row(
        number: int, name: str, name_en: str, kind: str, level: str, parent: str, community: str = "", place: str = ""
    ) -> Institution:
        return Institution(
            number, code(number), "示范县" + name, "Demo County " + name_en, kind, level, parent, community, place
        )

    rows = [
        Institution(0, county, "示范县", "Demo County", "county", "county", "", "", ""),
        row(1, "卫生健康局", "Health Bureau", "health_bureau", "county", county),
        row(2, "医疗保障局", "Medical Insurance Bureau", "insurance_bureau", "county", county),
        row(101, "人民医院", "People's Hospital", "county_hospital", "county", bureau, people),
        row(102, "中医医院", "Hospital of Traditional Chinese Medicine", "tcm_hospital", "county", bureau, tcm),
        row(103, "妇幼保健院", "Maternal and Child Hospital", "maternal_child_hospital", "county", bureau),
        row(104, "疾病预防控制中心", "Centre for Disease Control", "cdc", "county", bureau),
    ]
    for at, (name, name_en) in enumerate(TOWNSHIPS):
        lead = people if at % 2 == 0 else tcm
        rows.append(
            row(
                201 + at,
                name + "卫生院",
                f"{name_en} Township Hospital",
                "township_hospital",
                "township",
                lead,
                lead,
                name,
            )
        )
    for at, (name, township) in enumerate(villages()):
        lead = people if township % 2 == 0 else tcm
        rows.append(
            row(
                1001 + at,
                f"{TOWNSHIPS[township][0]}{name}卫生室",
                f"{TOWNSHIPS[township][1]} Village Clinic {at + 1}",
                "village_clinic",
                "village",
                code(201 + township),
                lead,
                name,
            )
        )
    return tuple(rows)


def villages() -> tuple[tuple[str, int], ...]:
    """The 256 villages: name and the position of their township, shared out like the residents."""
    counts = [max(1, round(share * VILLAGES)) for share in TOWNSHIP_SHARES]
    counts[0] += VILLAGES - sum(counts)
    names = [f"{a}{b}村" for b in _VILLAGE_SECOND for a in _VILLAGE_FIRST]
    township_of = [at for at, count in enumerate(counts) for _ in range(count)]
    return tuple(zip(names, township_of, strict=True))


_DEPARTMENTS_OF = {
    "county_hospital": dept.COUNTY_GENERAL,
    "tcm_hospital": dept.TCM_HOSPITAL,
    "maternal_child_hospital": dept.MATERNAL_CHILD,
    "township_hospital": dept.TOWNSHIP,
}
_OFFICE = {  # posts outside the wards: kind, how many
    "county_hospital": (("coder", 3), ("insurance_officer", 2), ("record_clerk", 2), ("hospital_director", 1)),
    "tcm_hospital": (("coder", 2), ("insurance_officer", 2), ("record_clerk", 1), ("hospital_director", 1)),
    "maternal_child_hospital": (("coder", 1), ("insurance_officer", 1), ("record_clerk", 1), ("hospital_director", 1)),
    "township_hospital": (("coder", 1), ("insurance_officer", 1), ("hospital_director", 1)),
    "health_bureau": (("bureau_director", 1), ("bureau_clerk", 4)),
    "insurance_bureau": (("bureau_director", 1), ("insurance_reviewer", 4)),
    "cdc": (("bureau_director", 1), ("epidemiologist", 3)),
    "village_clinic": (("village_doctor", 3),),
}


def build_county(seed: int) -> CountyHouse:
    """The institutions, departments and staff; only the staff's names depend on the seed."""
    institutions = _institutions()
    departments = {i.code: _DEPARTMENTS_OF[i.kind] for i in institutions if i.kind in _DEPARTMENTS_OF}
    draw = case_stream(seed, "staff")
    staff: list[Staff] = []
    by_post: dict[tuple[str, str, str], list[str]] = {}

    def hire(place: Institution, department_code: str, kind: str, number: int) -> int:
        code = f"D{place.number:04d}{number:04d}"
        name = MARK + draw_name(draw, sex=draw.choice("12"), birth_year=draw.randint(1966, 2000))
        staff.append(Staff(place.code, department_code, code, name, kind))
        by_post.setdefault((place.code, department_code, kind), []).append(code)
        return number + 1

    for place in institutions:
        number = 1
        for kind in departments.get(place.code, ()):
            about = dept.DEPARTMENT_KINDS[kind]
            size = about.size if place.level == "county" else max(1, about.size // 2)
            number = hire(place, about.code, "department_head", number)
            for post, count in (("physician", size), ("resident_physician", max(1, size // 2)), ("nurse", 1)):
                for _ in range(count):
                    number = hire(place, about.code, post, number)
        for post, count in _OFFICE.get(place.kind, ()):
            for _ in range(count):
                number = hire(place, "", post, number)
    return CountyHouse(institutions, departments, tuple(staff), {k: tuple(v) for k, v in by_post.items()})
