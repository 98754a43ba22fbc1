"""The queue of doubtful pairs: likeliest first, decided by one key, merged and taken back."""

from datetime import date

import pytest
from django.utils import timezone

from yigongti.kernel.people.models import DoubtfulPair, Merge, Resident


@pytest.fixture
def clerk(signed_in):
    return signed_in("master_index_clerk", "C")


@pytest.fixture
def pair(resident, county):
    """Makes a pair that waits: pair(weight, certain)."""
    made = iter(range(10))

    def make(weight=5.0, certain=False):
        n = next(made)
        first = resident("V1", f"演示张{n}", born=date(1960, 3, 2 + n), phone=f"1990000555{n}")
        second = resident("T1", f"演示章{n}", born=date(1960, 3, 2 + n), number="", phone=f"1990000555{n}")
        return DoubtfulPair.objects.using("bulk").create(
            first=first, second=second, weight=weight, probability=0.99999 if certain else 0.9, certain=certain,
            found_at=timezone.now(),
        )  # fmt: skip

    return make


def state(pair):
    return DoubtfulPair.objects.using("bulk").get(pk=pair.pk).state


def test_the_likeliest_pair_is_decided_first(clerk, pair):
    pair(2.0)
    likeliest = pair(9.0)
    assert f"/health_records/pairs/{likeliest.pk}" in clerk.get("/health_records/pairs/").content.decode()
    assert clerk.get("/health_records/pairs/").context["first"].pk == likeliest.pk


def test_both_registrations_stand_side_by_side_with_what_agrees(clerk, pair):
    waiting = pair()
    said = clerk.get(f"/health_records/pairs/{waiting.pk}").content.decode()
    assert "演示张0" in said and "演示章0" in said
    assert "同音不同字" in said and "引擎判断为同一人的概率" in said


def test_one_person_is_merged_and_the_next_pair_comes_up(clerk, pair):
    now, following = pair(9.0), pair(2.0)
    answer = clerk.post(f"/health_records/pairs/{now.pk}/decide", {"decision": "same", "reason": "已并排核对"})
    assert answer.headers["Location"].startswith(f"/health_records/pairs/{following.pk}?")
    assert (state(now), Resident.objects.using("bulk").get(pk=now.second_id).state) == ("same", "merged")


def test_the_clerk_chooses_which_registration_stays(clerk, pair):
    waiting = pair()
    stays = waiting.second.public_id
    form = {"decision": "same", "reason": "已并排核对", "survivor": str(stays)}
    clerk.post(f"/health_records/pairs/{waiting.pk}/decide", form)
    assert Merge.objects.using("bulk").get().survivor_id == waiting.second_id


def test_two_persons_are_kept_and_not_asked_again(clerk, pair):
    waiting = pair()
    clerk.post(f"/health_records/pairs/{waiting.pk}/decide", {"decision": "different", "reason": "父子"})
    assert state(waiting) == "different"
    assert clerk.get("/health_records/pairs/").context["open"] == 0


@pytest.mark.parametrize("decision", ["same", "different"])
def test_a_decision_needs_a_reason(clerk, pair, decision):
    waiting = pair()
    answer = clerk.post(f"/health_records/pairs/{waiting.pk}/decide", {"decision": decision, "reason": " "})
    assert answer.status_code == 400
    assert state(waiting) == "open"


def test_a_decided_pair_cannot_be_decided_again(clerk, pair):
    waiting = pair()
    form = {"decision": "different", "reason": "父子"}
    clerk.post(f"/health_records/pairs/{waiting.pk}/decide", form)
    assert clerk.post(f"/health_records/pairs/{waiting.pk}/decide", form).status_code == 409


def test_a_merge_is_listed_and_taken_back(clerk, pair):
    waiting = pair()
    clerk.post(f"/health_records/pairs/{waiting.pk}/decide", {"decision": "same", "reason": "已并排核对"})
    merge = Merge.objects.using("bulk").get()
    assert "已并排核对" in clerk.get(f"/health_records/merges/?open={merge.pk}").content.decode()
    clerk.post(f"/health_records/merges/{merge.pk}/take-back", {"reason": "本人说明是堂兄弟"})
    assert Resident.objects.using("bulk").get(pk=waiting.second_id).state == "active"
    assert "已撤销" in clerk.get("/health_records/merges/").content.decode()


def test_all_sure_pairs_are_merged_in_the_background_and_the_others_wait(clerk, pair):
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.jobs.public import run

    sure, doubtful = pair(30.0, certain=True), pair(5.0)
    assert clerk.post("/health_records/pairs/start", {"work": "certain"}).status_code == 302
    run(Job.objects.using("bulk").get().pk)
    assert (state(sure), state(doubtful)) == ("same", "open")
    assert "已合并 1 对" in clerk.get("/health_records/pairs/").content.decode()


def test_the_register_is_searched_for_pairs_in_the_background(clerk, resident):
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.jobs.public import run

    for number in (None, ""):
        resident(
            "V1", "演示张三", born=date(1960, 3, 2), phone="19900005555", address="示范县城关镇东村", number=number
        )
    clerk.post("/health_records/pairs/start", {"work": "search"})
    run(Job.objects.using("bulk").get().pk)
    assert clerk.get("/health_records/pairs/").context["open"] == 1


def test_nobody_but_those_who_match_sees_the_queue(pair, signed_in):
    waiting = pair()
    for role, place in (("physician", "V1"), ("village_doctor", "V1"), ("privacy_officer", "C")):
        assert signed_in(role, place).get(f"/health_records/pairs/{waiting.pk}").status_code == 403


def test_the_clerk_of_another_institution_finds_no_pair(pair, signed_in):
    waiting = pair()
    other = signed_in("master_index_clerk", "H2")
    assert other.get("/health_records/pairs/").context["open"] == 0
    assert other.get(f"/health_records/pairs/{waiting.pk}").status_code == 404
