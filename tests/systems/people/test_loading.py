"""Loading a county's residents: whole or not at all, again without harm, second rows of one person linked or asked."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.identifiers import resident_check_place
from yigongti.kernel.people.loading import load_residents
from yigongti.kernel.people.models import (
    FOREVER,
    Care,
    DoubtfulPair,
    Household,
    Identifier,
    Resident,
    ResidentGroup,
)
from yigongti.kernel.people.sealing import ring

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def number(place, born=date(1950, 1, 2)):
    seventeen = f"609921{born:%Y%m%d}{place:03d}"
    return seventeen + resident_check_place(seventeen)


def row(source, **told):
    return {
        "resident_id": source, "resident_number": number(1), "name": "演示甲", "sex": "1",
        "birth_date": date(1950, 1, 2), "village_code": "609921001001", "village": "东村", "township": "城关镇",
        "address": "示范县（演示）城关镇东村12号", "phone": "19900001234", "insurance_type": "390",
        "insured_number": f"6099{source}", "medical_assistance": False, "chronic_conditions": ["hypertension"], **told,
    }  # fmt: skip


@pytest.fixture
def load(county, tmp_path):
    def run(*rows):
        file = tmp_path / "residents.parquet"
        parquet.write_table(pa.Table.from_pylist(list(rows)), file)
        return load_residents(tmp_path, at=NOW, today=TODAY)

    return run


def rows_of(model):
    return model.objects.using("bulk")


def test_a_row_becomes_a_resident_kept_by_the_clinic_of_the_village(load, county):
    load(row("R1"))
    made = rows_of(Resident).get()
    assert (made.name, made.institution_id, made.name_sound) == ("演示甲", county["V1"].pk, "yanshijia")
    assert ring().open(made.number_sealed, "number") == number(1)
    assert ring().open(made.phone_sealed, "phone") == "19900001234"


def test_the_clinic_cares_for_whom_it_keeps(load, county):
    load(row("R1"))
    care = rows_of(Care).get()
    assert (care.institution_id, care.kind, care.valid_to) == (county["V1"].pk, "registration", FOREVER)


def test_groups_follow_from_age_and_illness(load):
    load(row("R1", medical_assistance=True))
    assert dict(rows_of(ResidentGroup).values_list("group", "valid_from")) == {
        "elder": date(2015, 1, 2), "hypertension": TODAY, "poor": TODAY,
    }  # fmt: skip


def test_the_numbers_of_source_and_insurance_are_identifiers(load):
    load(row("R1"))
    assert set(rows_of(Identifier).values_list("kind", "value")) == {("source", "R1"), ("insured", "6099R1")}


def test_a_village_without_a_clinic_is_kept_by_the_township_and_without_a_township_by_the_county(load, county):
    load(row("R1", village="西村"), row("R2", resident_number=number(3), village="", township="别处"))
    kept = dict(rows_of(Identifier).filter(kind="source").values_list("value", "resident__institution__code"))
    assert kept == {"R1": "T1", "R2": "C"}


def test_households_are_made_once(load):
    load(
        row("R1", household="H 1", relation_to_head="0"),
        row("R2", resident_number=number(3), household="H1", relation_to_head="2"),
    )
    assert rows_of(Household).get().members.using("bulk").count() == 2


def test_loading_again_changes_nothing(load):
    load(row("R1"))
    before = rows_of(Resident).values().get()
    told = load(row("R1"))
    assert (told.registered, told.updated, told.untouched) == (0, 0, 1)
    assert rows_of(Resident).values().get() == before


def test_loading_again_brings_up_to_date(load, county):
    load(row("R1"))
    told = load(row("R1", address="示范县（演示）城关镇西村1号", village="西村", village_code="609921001002"))
    assert told.updated == 1
    made = rows_of(Resident).get()
    assert (made.address, made.institution_id, made.version) == ("示范县（演示）城关镇西村1号", county["T1"].pk, 2)
    assert rows_of(Care).get(ended_at=None).institution_id == county["T1"].pk


def test_a_second_row_of_the_same_number_and_like_name_is_linked(load):
    told = load(row("R1", name="欧阳国强"), row("R2", name="欧阳国墙"))
    assert (told.registered, told.linked) == (1, 1)
    assert set(rows_of(Identifier).filter(kind="source").values_list("value", flat=True)) == {"R1", "R2"}


def test_a_second_row_of_the_same_number_in_a_later_load_is_linked_too(load):
    load(row("R1", name="欧阳国强"))
    assert load(row("R2", name="欧阳国强")).linked == 1


def test_a_number_under_quite_another_name_is_asked_of_a_clerk(load):
    told = load(row("R1", name="欧阳国强"), row("R2", name="王芳", phone="19900009999", address=""))
    assert (told.registered, told.doubtful) == (2, 1)
    assert rows_of(DoubtfulPair).get().state == DoubtfulPair.State.OPEN
    assert sorted(rows_of(Resident).values_list("number_index", flat=True))[0] == ""


def test_a_wrong_row_is_named_and_nothing_is_kept(load):
    with pytest.raises(InvalidInput, match="rows_wrong") as refused:
        load(row("R1"), row("R2", birth_date=date(1951, 1, 2)))
    assert "第 2 行 birth_date" in refused.value.text.zh
    assert not rows_of(Resident).exists()


def test_a_file_without_names_is_refused(county, tmp_path):
    parquet.write_table(pa.table({"resident_id": ["R1"]}), tmp_path / "residents.parquet")
    with pytest.raises(InvalidInput, match="column_missing"):
        load_residents(tmp_path, at=NOW, today=TODAY)


def test_a_csv_file_is_loaded_alike(county, tmp_path):
    (tmp_path / "residents.csv").write_text(
        "resident_id,resident_number,name,birth_date,phone,chronic_conditions,medical_assistance\n"
        f"R1,{number(1)},演示甲,1950-01-02,19900001234,hypertension;diabetes,1\n",
        encoding="utf-8",
    )
    load_residents(tmp_path, at=NOW, today=TODAY)
    groups = set(rows_of(ResidentGroup).values_list("group", flat=True))
    assert groups == {"elder", "hypertension", "diabetes", "poor"}


def test_a_backslash_in_a_name_stays_one(load):
    load(row("R1", address="a\\tb\\N"))
    assert rows_of(Resident).get().address == "a\\tb\\N"
