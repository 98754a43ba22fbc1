"""Two registrations: one person, two persons, or a question for somebody who can ask."""

from dataclasses import replace
from datetime import date

import pytest
from invented_registrations import BORN, WANG, again, number

from yigongti.engines.identity.public import DIFFERENT, DOUBTFUL, SAME, Matching, Registration, compare

NO_NUMBER = {"resident_number": ""}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        NO_NUMBER,
        NO_NUMBER | {"phone": ""},
        NO_NUMBER | {"name": "王帼强"},
        NO_NUMBER | {"birth_date": date(1968, 7, 3)},
        NO_NUMBER | {"birth_date": date(1958, 3, 7)},
        {"name": "王国刚"},
        {"resident_number": WANG.resident_number[:9] + "9" + WANG.resident_number[10:]},
        {"resident_number": WANG.resident_number[:10] + WANG.resident_number[11:]},
        {"resident_number": number(BORN, region="609922")},
        {"village_code": "609921001001", "address": "远处村5号", "phone": "19900009999"},
        {"birth_date": date(1968, 3, 5), "resident_number": number(date(1968, 3, 5), "913")},
    ],
    ids=lambda changed: ",".join(changed) or "equal",
)
def test_one_slip_or_two_leave_the_same_person(changed: dict[str, object], matching: Matching) -> None:
    assert compare(WANG, again(**changed), matching).decision == SAME


def test_two_valid_numbers_and_nothing_else_alike_are_two_persons(matching: Matching) -> None:
    born = date(1985, 11, 20)
    other = Registration("C", "李秀兰", "2", born, number(born, "024"), "19900007777", "远处村5号", "609921001001")
    likeness = compare(WANG, other, matching)
    assert (likeness.decision, likeness.rule.id if likeness.rule else "") == (DIFFERENT, "two_numbers_two_births")


@pytest.mark.parametrize("sex", ["1", "2"])
def test_twins_are_two_persons(matching: Matching, sex: str) -> None:
    twin = again(name="王国伟", sex=sex, resident_number=number(BORN, "815" if sex == "1" else "816"))
    likeness = compare(WANG, twin, matching)
    assert likeness.levels["birth_date"] == likeness.levels["phone"] == "same"
    assert likeness.levels["place"] == "same_house"
    assert likeness.decision == DIFFERENT


def test_a_twin_without_a_number_is_a_question(matching: Matching) -> None:
    assert compare(WANG, again(name="王国伟", resident_number=""), matching).decision == DOUBTFUL


def test_twins_born_about_midnight_are_two_persons(matching: Matching) -> None:
    born = date(1968, 3, 8)
    twin = again(name="王国伟", birth_date=born, resident_number=number(born, "815"))
    assert compare(WANG, twin, matching).decision == DIFFERENT


def test_father_and_son_of_one_name_are_two_persons(matching: Matching) -> None:
    born = date(1992, 5, 14)
    son = again(birth_date=born, resident_number=number(born, "713"))
    assert compare(WANG, son, matching).decision == DIFFERENT
    assert compare(WANG, replace(son, resident_number=""), matching).decision == DOUBTFUL


def test_name_house_and_telephone_without_a_birth_date_are_a_question(matching: Matching) -> None:
    assert compare(WANG, again(birth_date=None, resident_number=""), matching).decision == DOUBTFUL


def test_namesakes_of_one_day_with_numbers_of_their_own_are_a_question_at_most(matching: Matching) -> None:
    cousin = again(resident_number=number(BORN, "613"), village_code="609921001001", address="远处村5号", phone="")
    assert compare(WANG, cousin, matching).decision != SAME
    neighbour = again(resident_number=number(BORN, "613"))
    assert compare(WANG, neighbour, matching).decision == DOUBTFUL


@pytest.mark.parametrize("born", [date(1958, 3, 7), date(1968, 7, 3)], ids=["another decade", "swapped"])
def test_one_person_with_two_valid_numbers_is_a_question(matching: Matching, born: date) -> None:
    assert compare(WANG, again(birth_date=born, resident_number=number(born)), matching).decision == DOUBTFUL


def test_a_childs_registration_under_the_fathers_number_is_a_question(matching: Matching) -> None:
    child = again(name="王浩然")
    assert compare(WANG, child, matching).decision == DOUBTFUL


def test_neighbours_with_one_telephone_are_two_persons(matching: Matching) -> None:
    born = date(1971, 9, 2)
    wife = again(name="李秀兰", sex="2", birth_date=born, resident_number=number(born, "024"))
    assert compare(WANG, wife, matching).decision == DIFFERENT
    assert compare(WANG, replace(wife, resident_number=""), matching).decision == DIFFERENT


def test_two_insured_numbers_without_a_resident_number_are_a_question(matching: Matching) -> None:
    one, two = replace(WANG, insured_number="6099210001"), again(insured_number="6099210002", name="王帼强")
    assert compare(one, two, matching).decision == SAME
    assert compare(one, replace(two, resident_number=""), matching).decision == DOUBTFUL
    assert compare(one, replace(two, resident_number="", insured_number=""), matching).decision == SAME


def test_a_telephone_of_many_says_less_than_one_of_few(matching: Matching) -> None:
    few = compare(WANG, again(), matching).weights["phone"]
    many = compare(WANG, again(phone_share=0.01), matching).weights["phone"]
    assert few > 10 > many > 0


def test_what_is_missing_says_nothing(matching: Matching) -> None:
    likeness = compare(Registration("C"), Registration("D"), matching)
    assert set(likeness.levels.values()) == {"missing"}
    assert likeness.weight == pytest.approx(matching.weights.prior_weight)


def test_the_order_of_the_two_does_not_matter(matching: Matching) -> None:
    other = again(name="王帼强", birth_date=date(1968, 3, 9), phone="19900004321")
    assert compare(WANG, other, matching).weight == pytest.approx(compare(other, WANG, matching).weight)


def test_the_more_registrations_the_less_a_likeness_says(matching: Matching) -> None:
    other = again(resident_number="", phone="", address="")
    small = compare(WANG, other, matching.among(2_000))
    large = compare(WANG, other, matching.among(50_000_000))
    assert small.probability > large.probability


def test_the_steps_add_up_to_the_total(matching: Matching) -> None:
    likeness = compare(WANG, again(name="王国刚", phone=""), matching)
    assert likeness.weight == pytest.approx(matching.weights.prior_weight + sum(likeness.weights.values()))


def test_every_step_is_told_in_both_languages(matching: Matching) -> None:
    likeness = compare(WANG, again(name="王国伟", resident_number=""), matching)
    told = [step.name for step in likeness.trace]
    comparisons = ["name", "birth_date", "sex", "number", "phone", "place", "household", "insured"]
    assert told == ["prior", *comparisons, "total", "rule", "decision"]
    assert "只差一个字" in likeness.trace.named("name")[0].said.zh
    assert "one character differs" in likeness.trace.named("name")[0].said.en
    assert "疑似重复" in likeness.trace.named("decision")[0].said.zh
