"""The bills at the demo's counters name what the county knows: its own diagnoses, items of the benefit catalogue."""

import csv

from yigongti.demo.counter_bills import EVERY
from yigongti.demo.county.clinical_lists import read_lists


def test_every_diagnosis_is_in_the_countys_list():
    assert {bill.diagnosis for bill in EVERY} <= set(read_lists().diagnoses)


def test_every_item_is_in_the_benefit_catalogue(policy_root):
    with (policy_root / "benefit" / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        known = {row["item_code"] for row in csv.DictReader(file)}
    assert {code for bill in EVERY for code, _many, _yuan in bill.charges} <= known


def test_every_bill_has_a_key_of_its_own():
    keys = [bill.key for bill in EVERY]
    assert len(set(keys)) == len(keys)
