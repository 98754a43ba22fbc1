"""The register: loaded whole or not at all, loaded again without harm, a subtree is one range."""

from datetime import date

import pytest

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.organisations.loading import load_register
from yigongti.kernel.organisations.models import Department, Institution, StaffMember
from yigongti.kernel.organisations.queries import subtrees

INSTITUTIONS = """code,name,name_en,kind,level,parent_code,community,valid_from,valid_to
C,示范县,County,county,,,,2024-01-01,
V,东村卫生室,Clinic,village_clinic,,T,H,2024-01-01,
H,人民医院,Hospital,county_hospital,2A,C,H,2024-01-01,
Z,中医医院,TCM,tcm_hospital,2A,C,Z,2024-01-01,
T,城关卫生院,Township,township_hospital,1A,H,H,2024-01-01,
O,已撤卫生室,Closed,village_clinic,,T,H,2024-01-01,2025-12-31
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "institutions.csv").write_text(INSTITUTIONS, encoding="utf-8")
    (tmp_path / "departments.csv").write_text(
        "institution_code,code,name,name_en,kind\nH,0301,骨科,Orthopaedics,orthopaedics\n", encoding="utf-8"
    )
    (tmp_path / "staff.csv").write_text(
        "institution_code,department_code,code,name,kind\nH,0301,S1,演示·甲,physician\nT,,S2,演示·乙,coder\n",
        encoding="utf-8",
    )
    return tmp_path


def ids():
    return dict(Institution.objects.using("bulk").values_list("code", "id"))


def test_a_subtree_is_one_range_although_the_file_is_in_no_order(folder, database):
    load_register(folder)
    hospital = ids()["H"]
    assert len(subtrees([hospital], date(2025, 6, 1), using="bulk")[hospital]) == 1


def test_an_institution_that_is_closed_leaves_the_subtree_on_its_day(folder, database):
    load_register(folder)
    known = ids()

    def below(day):
        return {n for a, b in subtrees([known["H"]], day, using="bulk")[known["H"]] for n in range(a, b)}

    assert known["O"] in below(date(2025, 12, 31))
    assert known["O"] not in below(date(2026, 1, 1))


def test_loading_again_changes_names_and_keeps_ids(folder, database):
    load_register(folder)
    before = ids()
    text = (folder / "institutions.csv").read_text(encoding="utf-8")
    (folder / "institutions.csv").write_text(text.replace("人民医院", "第一人民医院"), encoding="utf-8")
    load_register(folder)
    assert ids() == before
    assert Institution.objects.using("bulk").get(code="H").name == "第一人民医院"
    assert (Department.objects.using("bulk").count(), StaffMember.objects.using("bulk").count()) == (1, 2)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("institutions.csv", "village_clinic", "castle"),
        ("institutions.csv", ",T,H", ",X,H"),
        ("institutions.csv", "2024-01-01", "1.1.2024"),
        ("institutions.csv", "\nZ,", "\nH,"),
        ("institutions.csv", "C,示范县,County,county,,,", "C,示范县,County,county,,T,"),
        ("institutions.csv", "parent_code", "parent"),
        ("departments.csv", "\nH,", "\nX,"),
        ("staff.csv", "0301", "9999"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_written(folder, database, file, old, new):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput) as told:
        load_register(folder)
    assert file in told.value.where
    assert not Institution.objects.using("bulk").exists()
