"""Letting an institution care for a resident: by whom, with which proof; e-health codes that expire and are used up."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.end_care import end_care
from yigongti.kernel.people.actions.let_in import let_in
from yigongti.kernel.people.e_health_code import as_svg, issue_code, read_code
from yigongti.kernel.people.models import Care, Resident, UsedCode
from yigongti.kernel.people.proof import make_proof
from yigongti.kernel.people.relations import relation_of
from yigongti.kernel.people.sealing import KeyRing, keep_ring, ring

NOW = timezone.now()


def resident_actor(row):
    return Actor(account_id=0, username="", display_name="", resident_id=row.pk)


@pytest.fixture
def person(resident):
    return resident("V1", care=False)


@pytest.fixture
def desk(actor):
    return actor("registration_desk", "H1")


@pytest.fixture
def doctor(actor):
    return actor("village_doctor", "V1")


def code_of(person, *, single_use=True, at=NOW):
    return issue_code(resident_actor(person), single_use=single_use, at=at)


def test_a_desk_that_reads_no_records_lets_its_hospital_in(desk, person, county, actor):
    physician = actor("physician", "H1")
    with scope(physician):
        assert not Resident.objects.exists()
    care = let_in(desk, county["H1"].pk, person.public_id, at=NOW)
    assert care.valid_to == timezone.localdate(NOW) + timedelta(days=30)
    with scope(physician):
        assert relation_of(physician, person.pk, at=NOW).kind == "registration"


def test_letting_in_again_makes_no_second_relation(desk, person, county):
    first = let_in(desk, county["H1"].pk, person.public_id, at=NOW)
    again = let_in(desk, county["H1"].pk, person.public_id, at=NOW + timedelta(days=3))
    assert first.pk == again.pk
    assert again.valid_to > first.valid_to


def test_a_desk_lets_no_other_hospital_in(desk, person, county):
    with pytest.raises(NotPermitted):
        let_in(desk, county["H2"].pk, person.public_id, at=NOW)


def test_a_physician_lets_nobody_in(actor, person, county):
    with pytest.raises(NotPermitted):
        let_in(actor("physician", "H1"), county["H1"].pk, person.public_id, at=NOW)


def test_a_village_doctor_needs_the_residents_proof(doctor, person, county):
    with pytest.raises(NotPermitted, match="proof_needed"):
        let_in(doctor, county["V1"].pk, person.public_id, at=NOW)


def test_an_account_with_two_posts_needs_the_proof_too(account, county, person):
    from yigongti.kernel.access.models import Post
    from yigongti.kernel.access.queries import actor_by_username

    made = account("registration_desk", "H1")
    Post.objects.using("bulk").create(
        account_id=made.pk, institution_id=county["C"].pk, role_id="physician", valid_from="2026-01-01"
    )
    with pytest.raises(NotPermitted, match="proof_needed"):
        let_in(actor_by_username(made.username, timezone.localdate()), county["H1"].pk, person.public_id, at=NOW)


def test_a_member_of_the_team_that_is_let_in_needs_the_proof(account, county, person):
    from yigongti.kernel.access.models import TeamMember
    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.organisations.models import Team

    made = account("township_clerk", "T1")
    team = Team.objects.using("bulk").create(institution=county["T1"], code="1", name="演示团队")
    TeamMember.objects.using("bulk").create(team=team, account_id=made.pk, valid_from="2026-01-01")
    clerk = actor_by_username(made.username, timezone.localdate())
    with pytest.raises(NotPermitted, match="proof_needed"):
        let_in(clerk, county["T1"].pk, person.public_id, at=NOW, team_id=team.pk)


def test_a_village_doctor_who_has_read_the_code_lets_the_clinic_in(doctor, person, county):
    read = read_code(code_of(person), doctor, county["V1"].pk, at=NOW)
    let_in(doctor, county["V1"].pk, person.public_id, at=NOW, proof=read.proof)
    with scope(doctor):
        assert Resident.objects.get().pk == person.pk


def test_the_proof_of_one_resident_opens_no_other(doctor, person, resident, county):
    other = resident("V1", "演示乙", care=False)
    read = read_code(code_of(person), doctor, county["V1"].pk, at=NOW)
    with pytest.raises(InvalidInput, match="proof_of_another"):
        let_in(doctor, county["V1"].pk, other.public_id, at=NOW, proof=read.proof)


def test_the_proof_of_another_account_is_refused(doctor, actor, person, county):
    colleague = actor("village_doctor", "V1", username="colleague")
    read = read_code(code_of(person), colleague, county["V1"].pk, at=NOW)
    with pytest.raises(InvalidInput, match="proof_of_another_desk"):
        let_in(doctor, county["V1"].pk, person.public_id, at=NOW, proof=read.proof)


def test_a_proof_holds_for_ten_minutes(doctor, person, county):
    proof = make_proof(doctor, county["V1"].pk, person.pk, means="one_time_code", at=NOW)
    with pytest.raises(InvalidInput, match="proof_over"):
        let_in(doctor, county["V1"].pk, person.public_id, at=NOW + timedelta(minutes=11), proof=proof)


def test_a_proof_that_was_altered_is_refused(doctor, person, resident, county):
    other = resident("V1", "演示乙", care=False)
    proof = make_proof(doctor, county["V1"].pk, person.pk, means="one_time_code", at=NOW)
    forged = proof.replace(f"{person.pk}.", f"{other.pk}.", 1)
    with pytest.raises(InvalidInput, match="proof_altered"):
        let_in(doctor, county["V1"].pk, other.public_id, at=NOW, proof=forged)


def test_somebody_who_is_not_registered_is_not_found(desk, county):
    with pytest.raises(NotFound):
        let_in(desk, county["H1"].pk, "00000000-0000-0000-0000-000000000000", at=NOW)


def test_care_that_is_ended_shows_nothing_from_that_instant(desk, person, county, actor):
    care = let_in(desk, county["H1"].pk, person.public_id, at=NOW)
    end_care(desk, care.pk, reason="登记有误", at=NOW)
    with scope(actor("physician", "H1")):
        assert not Resident.objects.exists()


def test_only_a_registration_is_ended_by_hand(desk, person, county):
    care = Care.objects.using("bulk").create(
        resident=person, institution=county["H1"], kind=Care.Kind.REFERRAL, valid_from="2026-01-01", made_at=NOW
    )
    with pytest.raises(InvalidInput, match="ended_elsewhere"):
        end_care(desk, care.pk, reason="不需要", at=NOW)


def test_the_care_of_another_hospital_is_not_ended(actor, desk, person, county):
    care = let_in(desk, county["H1"].pk, person.public_id, at=NOW)
    with pytest.raises(NotFound):
        end_care(actor("registration_desk", "H2"), care.pk, reason="不需要", at=NOW)


def test_a_code_says_whose_it_is_at_any_desk(desk, person, county):
    read = read_code(code_of(person, single_use=False), desk, county["H1"].pk, at=NOW)
    assert (read.public_id, read.proof) == (person.public_id, "")


def test_a_code_holds_neither_name_nor_number(person):
    code = code_of(person)
    assert len(code) < 80
    assert person.name not in code
    assert str(person.public_id) not in code


def test_a_code_is_drawn_as_a_symbol(person):
    assert as_svg(code_of(person)).startswith("<svg")


def test_a_code_is_issued_to_the_resident_alone(desk):
    with pytest.raises(NotPermitted):
        issue_code(desk, single_use=True, at=NOW)


def test_a_code_that_has_expired_is_refused(desk, person, county):
    with pytest.raises(InvalidInput, match="code_expired"):
        read_code(code_of(person), desk, county["H1"].pk, at=NOW + timedelta(minutes=6))


def test_a_code_from_the_future_is_refused(desk, person, county):
    with pytest.raises(InvalidInput, match="code_not_valid"):
        read_code(code_of(person, at=NOW + timedelta(hours=1)), desk, county["H1"].pk, at=NOW)


@pytest.mark.parametrize("place", [5, 20, 44, -1])
def test_a_code_of_which_one_letter_was_altered_is_refused(desk, person, county, place):
    code = list(code_of(person))
    code[place] = "B" if code[place] == "A" else "A"
    with pytest.raises(InvalidInput, match="code_not_valid"):
        read_code("".join(code), desk, county["H1"].pk, at=NOW)


@pytest.mark.parametrize("text", ["", "YG1", "YG1..", "YG1.AAAA.BBBB", "https://example.org/", "YG1.é.é"])
def test_what_is_no_code_is_refused(desk, county, text):
    with pytest.raises(InvalidInput, match="code_not_valid"):
        read_code(text, desk, county["H1"].pk, at=NOW)


def test_a_code_for_single_use_is_used_once(desk, person, county):
    code = code_of(person)
    read_code(code, desk, county["H1"].pk, at=NOW)
    with pytest.raises(Conflict, match="code_used"):
        read_code(code, desk, county["H1"].pk, at=NOW)


def test_a_used_code_is_refused_at_every_other_desk_too(desk, actor, person, county):
    code = code_of(person, single_use=False)
    read_code(code, desk, county["H1"].pk, at=NOW, single_use=True)
    with pytest.raises(Conflict, match="code_used"):
        read_code(code, actor("registration_desk", "H2"), county["H2"].pk, at=NOW)


def test_two_desks_that_read_one_code_at_once_use_it_once(desk, actor, person, county):
    other, code, ended, start = actor("registration_desk", "H2"), code_of(person), [], threading.Barrier(2)

    def read(who, institution):
        try:
            start.wait()
            read_code(code, who, county[institution].pk, at=NOW)
            ended.append("read")
        except Conflict as error:
            ended.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read, args=given) for given in ((desk, "H1"), (other, "H2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["people.code_used", "read"]
    assert UsedCode.objects.using("bulk").count() == 1


def test_a_code_of_the_key_before_is_read_after_a_rotation(desk, person, county):
    before = ring()
    code = code_of(person)
    keep_ring(before.rotated())
    try:
        assert read_code(code, desk, county["H1"].pk, at=NOW).public_id == person.public_id
    finally:
        keep_ring(before)


def test_a_code_of_another_installation_is_refused(desk, person, county):
    own = ring()
    keep_ring(KeyRing.fresh())
    try:
        code = code_of(person)
    finally:
        keep_ring(own)
    with pytest.raises(InvalidInput, match="code_not_valid"):
        read_code(code, desk, county["H1"].pk, at=NOW)
