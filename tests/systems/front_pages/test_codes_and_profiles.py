"""Code questions for the coder, and profiles that tell how an export names its columns."""

import pytest
from submitted_files import a_row

from yigongti.facts.public import Lake
from yigongti.foundation.period import Month

MONTH = Month(2026, 10)


@pytest.fixture
def crosswalks(house):
    """Small tables of invented pairs: A00.000 may become two codes, J18.900 and E11.900 one each."""
    from yigongti.systems.front_pages import code_conversion

    folder = house.folder / "codes"
    folder.mkdir()
    pairs = "A00.000 A00.000x001\nA00.000 A00.000x002\nJ18.900 J18.900\nE11.900 E11.900\n"
    (folder / "ICD10国临版与医保版对照.dat").write_text(pairs, encoding="utf-8")
    code_conversion._crosswalks.cache_clear()
    yield folder
    code_conversion._crosswalks.cache_clear()


def cholera():
    return [a_row(1, diagnoses="A00.000|E11.900"), a_row(2)]


def the_question():
    from yigongti.systems.front_pages.models import CodeQuestion

    return CodeQuestion.objects.using("bulk").get()


def test_a_decision_is_remembered_and_used_by_the_next_file(house, crosswalks, signed_in, upload, committed):
    coder = signed_in("coder", "H1")
    place = upload(coder, cholera(), clinical="yes")["Location"]
    assert "A00.000" in coder.get("/front_pages/codes/").content.decode()
    answer = coder.post(
        f"/front_pages/codes/{the_question().pk}/decide", {"insurance_code": "A00.000x002", "reason": "按病历"}
    )
    assert answer.status_code == 302
    page = coder.get("/front_pages/codes/").content.decode()
    assert "没有待确认的编码" in page and "A00.000x002" in page
    coder.post(place + "/check")
    coder.post(place + "/commit")
    stored = Lake(house.folder / "lake").read("discharges", "H1", MONTH).to_pylist()
    assert sorted(row["diagnoses"][0] for row in stored) == ["A00.000x002", "J18.900"]


def test_until_it_is_decided_the_code_stays_as_written(house, crosswalks, signed_in, committed):
    committed(signed_in("coder", "H1"), cholera(), clinical="yes")
    stored = Lake(house.folder / "lake").read("discharges", "H1", MONTH).to_pylist()
    assert "A00.000" in {row["diagnoses"][0] for row in stored}
    assert the_question().occurrences == 1


def test_only_a_candidate_can_be_chosen(house, crosswalks, signed_in, upload):
    coder = signed_in("coder", "H1")
    upload(coder, cholera(), clinical="yes")
    answer = coder.post(f"/front_pages/codes/{the_question().pk}/decide", {"insurance_code": "Z99.999"})
    assert answer.status_code == 400 and "不在对照表给出的候选编码中" in answer.content.decode()


def test_a_coder_of_another_hospital_does_not_meet_the_question(house, crosswalks, signed_in, upload):
    upload(signed_in("coder", "H1"), cholera(), clinical="yes")
    stranger = signed_in("coder", "H2")
    assert "A00.000" not in stranger.get("/front_pages/codes/").content.decode()
    given = {"insurance_code": "A00.000x001"}
    assert stranger.post(f"/front_pages/codes/{the_question().pk}/decide", given).status_code == 404


def test_who_submits_without_being_a_coder_cannot_decide(house, crosswalks, signed_in, upload):
    clerk = signed_in("record_room_clerk", "H1")
    upload(clerk, cholera(), clinical="yes")
    given = {"insurance_code": "A00.000x001"}
    assert clerk.post(f"/front_pages/codes/{the_question().pk}/decide", given).status_code == 403


def test_without_crosswalks_a_clinical_file_is_refused_in_words(house, signed_in, upload, submissions):
    answer = upload(signed_in("coder", "H1"), cholera(), clinical="yes")
    assert answer.status_code == 400 and "尚未装载" in answer.content.decode()
    assert submissions() == []


# ---- profiles


def own_export():
    """The hospital's own headers and words."""
    rows = []
    for number in (1, 2):
        row = a_row(number)
        row["病人性别"] = "男" if row.pop("sex") == "1" else "女"
        row["住院总额"] = row.pop("total_cost")
        rows.append(row)
    return rows


PROFILE = {
    "kind": "discharges", "name": "老HIS", "institution": "H1", "column_sex": "病人性别", "values_sex": "男=1 女=2",
    "column_total_cost": "住院总额",
}  # fmt: skip


def test_a_saved_profile_reads_the_next_file(house, signed_in, upload, submissions):
    from yigongti.systems.front_pages.models import MappingProfile

    clerk = signed_in("record_room_clerk", "H1")
    assert clerk.post("/front_pages/profiles/one", PROFILE).status_code == 302
    profile = MappingProfile.objects.using("bulk").get()
    assert "老HIS" in clerk.get("/front_pages/profiles/").content.decode()
    assert "病人性别" in clerk.get(f"/front_pages/profiles/one?id={profile.pk}").content.decode()
    upload(clerk, own_export(), profile=str(profile.pk))
    assert submissions()[0].state == "ready" and submissions()[0].amount == 12000


def test_saving_the_same_name_again_replaces_the_profile(house, signed_in):
    from yigongti.systems.front_pages.models import MappingProfile

    clerk = signed_in("record_room_clerk", "H1")
    clerk.post("/front_pages/profiles/one", PROFILE)
    clerk.post("/front_pages/profiles/one", {**PROFILE, "column_total_cost": "总额"})
    assert MappingProfile.objects.using("bulk").get().mapping["columns"]["total_cost"] == ["总额"]


def test_the_form_offers_the_headers_of_a_checked_file(house, signed_in, upload):
    clerk = signed_in("record_room_clerk", "H1")
    place = upload(clerk, own_export())["Location"]
    number = place.rsplit("/", 1)[1]
    assert '<option value="住院总额">' in clerk.get(f"/front_pages/profiles/one?from={number}").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"name": " "}, "请写方案名称"), ({"values_sex": "男1"}, "男=1 女=2"),
     ({"column_sex": "", "values_sex": "", "column_total_cost": ""}, "请至少填写一列"),
     ({"column_sex": "甲|乙"}, "只能对应一个表头"), ({"institution": "H2"}, "请选择机构")],
)  # fmt: skip
def test_a_wrong_profile_is_told_at_the_form_and_not_saved(house, signed_in, changes, said):
    from yigongti.systems.front_pages.models import MappingProfile

    answer = signed_in("record_room_clerk", "H1").post("/front_pages/profiles/one", {**PROFILE, **changes})
    assert answer.status_code == 400 and said in answer.content.decode()
    assert not MappingProfile.objects.using("bulk").exists()
