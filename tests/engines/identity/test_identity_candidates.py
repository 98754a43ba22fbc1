"""While registering: what to look up, and the order of what comes back."""

from dataclasses import replace
from datetime import date

from invented_registrations import BORN, WANG, again, number

from yigongti.engines.identity.public import BLOCKS, DOUBTFUL, SAME, Matching, Registration, rank, search_keys


def test_a_whole_draft_is_looked_up_by_every_block_that_it_fills() -> None:
    keys = {key.block: key.values for key in search_keys(replace(WANG, insured_number="0001234567"))}
    assert set(keys) == {block.id for block in BLOCKS}
    assert keys["number"] == (WANG.resident_number,)
    assert keys["name_birth"] == ("wanguoqian", BORN)
    assert keys["village_birth"] == ("609921008191", BORN, "1")


def test_a_telephone_alone_is_looked_up_alone() -> None:
    keys = search_keys(Registration("draft", phone="+86 19900001234"))
    assert [(key.columns, key.values) for key in keys] == [(("phone",), ("19900001234",))]


def test_an_empty_draft_asks_for_nothing() -> None:
    assert search_keys(Registration("draft")) == ()


def test_the_keys_of_a_slip_meet_the_keys_of_the_person() -> None:
    slips = [
        again(resident_number="", phone="", address=""),
        again(resident_number="", birth_date=date(1968, 7, 3)),
        again(resident_number="", name="王国伟"),
        again(name="李四", birth_date=None),
    ]
    own = {(key.block, key.values) for key in search_keys(WANG)}
    assert all(own & {(key.block, key.values) for key in search_keys(slip)} for slip in slips)


def test_the_most_alike_comes_first_and_other_persons_not_at_all(matching: Matching) -> None:
    draft = replace(WANG, key="draft")
    twin = replace(again(name="王国伟", resident_number=""), key="twin")
    born = date(1992, 5, 14)
    son = replace(again(birth_date=born, resident_number=number(born, "713")), key="son")
    found = rank(draft, [son, twin, again(resident_number=""), WANG], matching, 10)
    assert [(one.registration.key, one.judged.decision) for one in found] == [
        ("A", SAME),
        ("B", SAME),
        ("twin", DOUBTFUL),
    ]


def test_no_more_than_the_limit_and_never_the_draft_itself(matching: Matching) -> None:
    others = [replace(WANG, key=f"K{place}") for place in range(30, 10, -1)]
    found = rank(WANG, [WANG, *others], matching, 3)
    assert [one.registration.key for one in found] == ["K11", "K12", "K13"]
