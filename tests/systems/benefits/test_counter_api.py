"""The counter for systems: tokens with a scope, sessions with the page's own token, errors by code and place."""

import json

import pytest
from invented_bills import AT, NUMBER, bill, row

from yigongti.kernel.access.actions.add_client import add_client
from yigongti.kernel.access.clients import token_for


@pytest.fixture
def ask(insured):
    """Asks as a system of the township hospital: ask("settle", {…}, scopes=[…]) → (status, answer)"""
    from django.test import Client
    from django.utils import timezone

    tokens = {}

    def token(scopes):
        if tuple(scopes) not in tokens:
            client, secret = add_client(
                name="演示·窗口系统", institution_code="T1", scopes=scopes, at=AT, valid_from=AT.date(), using="bulk"
            )
            tokens[tuple(scopes)] = token_for(client.client_id, secret, [], "127.0.0.1", timezone.now())[0]
        return tokens[tuple(scopes)]

    def make(what, told, scopes=("system/Claim.cruds",)):
        answer = Client().post(
            f"/api/benefits/{what}", json.dumps(told), content_type="application/json",
            headers={"Authorization": f"Bearer {token(scopes)}"},
        )  # fmt: skip
        return answer.status_code, answer.json()

    return make


def test_a_system_quotes_settles_and_refunds(ask, year_of):
    quoted = ask("quote", bill(key=""))[1]
    status, settled = ask("settle", bill())
    assert (status, settled["state"], settled["again"]) == (200, "settled", False)
    assert settled["amounts"] == quoted["amounts"]
    assert ask("settle", bill())[1]["number"] == settled["number"]
    told = {"institution_code": "T1", "number": settled["number"], "reason": "收费有误", "key": "r1"}
    assert ask("refund", told)[1]["state"] == ask("refund", told)[1]["state"] == "reversal"
    assert year_of().settlements == 0


def test_parts_add_up_in_every_answer(ask):
    amounts = {name: float(text) for name, text in ask("settle", bill())[1]["amounts"].items()}
    assert amounts["insurance"] + amounts["patient"] == pytest.approx(amounts["total_cost"])


def test_an_injury_is_held(ask):
    assert ask("settle", bill(diagnosis="S82.200", injury="自家院内滑倒"))[1]["state"] == "held"


@pytest.mark.parametrize(
    ("told", "status", "code", "where"),
    [
        ({"pool_fund": "1.00"}, 400, "benefits.amount_not_yours", "pool_fund"),
        ({"insured_number": "B9"}, 404, "benefits.not_insured", "insured_number"),
        ({"institution_code": "H1"}, 404, "benefits.not_your_institution", "institution_code"),
        ({"ended_on": "2026-13-01"}, 400, "benefits.bill_unreadable", "ended_on"),
    ],
)
def test_errors_have_a_code_a_status_and_a_place(ask, told, status, code, where):
    answered = ask("settle", bill() | told)
    assert (answered[0], answered[1]["error"], answered[1]["where"]) == (status, code, where)
    assert answered[1]["zh"] and answered[1]["en"]


def test_another_bill_under_the_same_key_is_a_conflict(ask):
    ask("settle", bill())
    status, answer = ask("settle", bill(amount="1.00"))
    assert (status, answer["error"]) == (409, "benefits.key_taken")


def test_a_client_without_the_scope_may_quote_and_not_settle(ask):
    assert ask("quote", bill(), scopes=["system/Claim.rs"])[0] == 200
    assert ask("settle", bill(), scopes=["system/Claim.rs"])[0] == 403


def test_a_session_needs_the_pages_own_token(signed_in, insured):
    from django.test import Client

    browser = signed_in("settlement_clerk", "T1", username="clerk")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    answer = strict.post("/api/benefits/settle", json.dumps(bill()), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (403, "benefits.forged")
    done = browser.post("/api/benefits/settle", json.dumps(bill()), content_type="application/json").json()
    assert row(1).number == done["number"]


def test_visitors_and_other_methods_are_refused(database):
    from django.test import Client

    assert Client().post("/api/benefits/settle", b"{}", content_type="application/json").status_code == 401
    assert Client().get("/api/benefits/settle").status_code == 405


def test_the_description_names_every_address(database):
    from django.test import Client

    told = Client().get("/api/benefits/openapi.json").json()
    assert set(told["paths"]) == {f"/api/benefits/{name}" for name in ("quote", "settle", "refund")}
    assert "insured_number" in told["components"]["schemas"]["Asked"]["required"]


def test_the_month_as_facts_adds_up_to_the_sums_that_are_verified(ask, county):
    from yigongti.foundation.period import Month
    from yigongti.foundation.schemas.settlements import SETTLEMENTS
    from yigongti.systems.benefits.public import rows_of_month, state_sums, table_of_month

    number = ask("settle", bill())[1]["number"]
    ask("refund", {"institution_code": "T1", "number": number, "reason": "收费有误"})
    ask("settle", bill(key="k2"))
    month = Month.of(row(1).settled_on)
    rows = rows_of_month(county["T1"].pk, month)
    assert list(rows[0]) == [column.name for column in SETTLEMENTS.columns]
    assert [r["reverses"] for r in rows] == [None, number, None]
    assert {r["insured_number"] for r in rows} == {NUMBER}
    sums = state_sums(month)[("T1", "inpatient")]
    assert sums["settlements"] == 3
    assert sums["pool_fund"] == sum(r["pool_fund"] for r in rows) == row(3).pool_fund
    assert table_of_month(None, month).num_rows == 3
