"""A data folder keeps the county that it was begun with: other options are refused in words, not by a traceback."""

import json

import pytest

from yigongti.foundation.errors import Conflict
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy


def test_a_folder_with_a_county_of_other_months_is_refused(tmp_path, policy_root):
    from yigongti.demo.setup import DemoPlan, _generate

    policy = Policy.load(policy_root)
    made = {"residents": 20_000, "months": ["2026-09", "2026-10"], "seed": 1, "counts": {"discharges": 215}}
    (tmp_path / "county.json").write_text(json.dumps(made), encoding="utf-8")
    assert _generate(tmp_path, DemoPlan(20_000, 2, Month(2026, 10), 1), policy) == 215
    with pytest.raises(Conflict) as refused:
        _generate(tmp_path, DemoPlan(20_000, 3, Month(2026, 10), 1), policy)
    assert refused.value.code == "demo.other_county"
