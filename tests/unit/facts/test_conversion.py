"""From the clinical to the insurance edition of codes."""

import pyarrow as pa
import pytest
from submission_answers import rows_of

from yigongti.facts.public import CodeConversion, decisions_from_table, load_crosswalks, load_dry_run
from yigongti.foundation.errors import InvalidInput


@pytest.fixture
def folder(tmp_path):
    """Invented codes: D01 becomes N01, D02 may become two, D03 is the same in both."""
    folder = tmp_path / "codes"
    folder.mkdir()
    (folder / "ICD10国临版对照医保版.dat").write_text(
        "D01.000 N01.000\nD02.000 N02.100\nD02.000 N02.200\nD03.000 D03.000\n"
    )
    (folder / "ICD10医保版.dat").write_text("﻿N01.000 甲\nN02.100 乙 丙\nN02.200 丁\nD03.000 戊\nN09.000 己\n")
    (folder / "ICD10医保版灰码.dat").write_text("N09.000\n")
    (folder / "ICD9CM3国临版对照医保版.dat").write_text("01.0100 01.0200\n")
    return folder


def lists(*rows):
    return pa.array(rows, pa.list_(pa.string()))


def test_one_to_one_codes_are_converted_in_their_places(folder):
    conversion = CodeConversion(load_crosswalks(folder))
    assert conversion.convert_column(lists(["D03.000", "D01.000"], [], ["D01.000"]), "diagnosis").to_pylist() == [
        ["D03.000", "N01.000"],
        [],
        ["N01.000"],
    ]
    assert conversion.converted == 2


def test_one_to_many_codes_stay_and_are_listed_for_a_coder(folder):
    conversion = CodeConversion(load_crosswalks(folder))
    assert conversion.convert_column(lists(["D02.000"], ["D02.000"]), "diagnosis").to_pylist() == [["D02.000"]] * 2
    pending = conversion.pending[0]
    assert (pending.code, pending.candidates, pending.occurrences) == ("D02.000", ("N02.100", "N02.200"), 2)


def test_a_decision_is_applied_from_then_on(folder):
    decisions = decisions_from_table(pa.table({"system": ["diagnosis"], "code": ["d02.000"], "target": ["N02.200"]}))
    conversion = CodeConversion(load_crosswalks(folder), decisions)
    assert conversion.convert_column(lists(["D02.000"]), "diagnosis").to_pylist() == [["N02.200"]]
    assert conversion.pending == ()


def test_a_decision_for_a_code_outside_the_dictionary_is_refused(folder):
    with pytest.raises(InvalidInput, match=r"decision_wrong"):
        CodeConversion(load_crosswalks(folder), {("diagnosis", "D02.000"): "Z99.999"})


def test_unknown_codes_stay_and_are_listed_and_insurance_codes_are_left_alone(folder):
    conversion = CodeConversion(load_crosswalks(folder))
    assert conversion.convert_column(lists(["X00.000", "N09.000", ""]), "diagnosis").to_pylist() == [
        ["X00.000", "N09.000", ""]
    ]
    assert [(unknown.code, unknown.occurrences) for unknown in conversion.unknown] == [("X00.000", 1)]


def test_a_slice_of_a_table_is_converted_like_the_whole(folder):
    whole = pa.table({"diagnoses": lists(["D01.000"], ["D03.000", "D01.000"], None), "case_id": ["a", "b", "c"]})
    converted = CodeConversion(load_crosswalks(folder)).convert(whole.slice(1))
    assert converted["diagnoses"].to_pylist() == [["D03.000", "N01.000"], None]


def test_a_file_in_the_clinical_edition_is_converted_on_its_way_in(folder, write, run):
    path = write(
        [["case_id", "discharged_at", "diagnoses", "procedures"], ["c1", "2026-10-05", "D01.000|D02.000|X1", "01.0100"]]
    )
    plain, answer = run(path), run(path, conversion=CodeConversion(load_crosswalks(folder)))
    assert rows_of(answer)[0]["diagnoses"] == ["N01.000", "D02.000", "X1"]
    assert rows_of(answer)[0]["procedures"] == ["01.0200"]
    assert ([p.code for p in answer.pending_codes], [u.code for u in answer.unknown_codes]) == (["D02.000"], ["X1"])
    assert answer.can_be_committed and answer.reading != plain.reading
    assert load_dry_run(answer.folder) == answer


def test_a_folder_without_a_crosswalk_is_an_error(tmp_path):
    with pytest.raises(InvalidInput, match=r"none_found"):
        load_crosswalks(tmp_path)


def test_a_line_that_is_no_pair_is_named(folder):
    (folder / "ICD9CM3国临版对照医保版.dat").write_text("01.0100 01.0200\n01.0300\n")
    with pytest.raises(InvalidInput, match=r"line_wrong") as caught:
        load_crosswalks(folder)
    assert "第 2 行" in caught.value.where


@pytest.mark.shared_data
def test_the_national_crosswalks_lead_only_to_codes_of_the_insurance_edition(shared_data):
    crosswalks = load_crosswalks(shared_data / "codes")
    assert set(crosswalks.of) == {"diagnosis", "procedure"}
    for crosswalk in crosswalks.of.values():
        outside = {target for targets in crosswalk.targets.values() for target in targets} - crosswalk.insurance
        assert len(outside) < len(crosswalk.targets) / 100, sorted(outside)[:5]
