"""The answer at the doctor's desk: what is found, what is wrong with the question, and that nothing is kept."""

import json

import pytest

ADDRESS = "/api/claim-checks/preview"


def a_bill(**changes):
    line = {"item_code": "F001", "item_name": "演示前列腺药", "amount": "30.00"}
    return {"care_setting": "1", "sex": "2", "diagnoses": ["J00.x00"], "lines": [line], **changes}


def asked(browser, content, **headers):
    body = content if isinstance(content, str) else json.dumps(content)
    return browser.post(ADDRESS, body, content_type="application/json", **headers)


@pytest.fixture
def desk(bureau, signed_in):
    return signed_in("physician", "H1", department="0301")


def test_the_desk_is_told_what_would_be_found_and_where_the_rule_comes_from(desk):
    answer = asked(desk, {"bill": a_bill(), "on": "2026-10-09"})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert [(f["check"], f["strength"], f["line_number"]) for f in told["findings"]] == [
        ("tried_not_payable", "violation", 1), ("sex_limited_medicine", "doubtful", 1)
    ]  # fmt: skip
    assert told["findings"][1]["said"]["zh"].startswith("“演示前列腺药”限男性使用")
    assert told["findings"][1]["counted"] == "0.00", "the 30 yuan are counted with the violation already"
    assert told["findings"][0]["source"]["zh"]
    assert told["over_time"] is False


def test_a_clean_bill_is_told_so(desk):
    assert asked(desk, {"bill": a_bill(lines=[{"item_code": "F003", "amount": 5}])}).json()["findings"] == []


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("{", ""),
        ("[]", "JSON"),
        ({}, ""),
        ({"bill": a_bill(), "patient": "演示"}, "JSON"),
        ({"bill": a_bill(lines=[{"amount": "1"}])}, "bill.lines[0].item_code"),
        ({"bill": a_bill(lines=[{"item_code": "F001"}])}, "bill.lines[0].amount"),
        ({"bill": a_bill(lines=[{"item_code": "F001", "amount": "many"}])}, "bill.lines[0].amount"),
        ({"bill": a_bill(lines=[{"item_code": "F001", "amount": "NaN"}])}, "bill.lines[0].amount"),
        ({"bill": a_bill(care_setting="9")}, "bill.care_setting"),
        ({"bill": a_bill(sex="F")}, "bill.sex"),
        ({"bill": a_bill(started_on="yesterday")}, "bill.started_on"),
        ({"bill": a_bill(), "stage": "after"}, "stage"),
        ({"bill": a_bill(), "history": {}}, "history"),
        ({"bill": a_bill(), "institution_code": "H2"}, "institution_code"),
        ({"bill": a_bill(), "institution_code": "NONE"}, "institution_code"),
    ],
)
def test_a_question_that_is_wrong_is_told_where(desk, content, where):
    answer = asked(desk, content)
    assert answer.status_code in (400, 404), answer.content
    told = answer.json()
    assert told["where"] in (where, "JSON") and told["zh"] and told["en"] and told["error"]


def test_nobody_asks_without_signing_in_or_without_the_permission(bureau, signed_in):
    from django.test import Client

    assert asked(Client(), {"bill": a_bill()}).status_code == 401
    assert asked(signed_in("coder", "H1"), {"bill": a_bill()}).status_code == 403
    assert Client().get(ADDRESS).status_code == 405


def test_a_page_of_another_site_cannot_ask_in_a_browsers_name(desk):
    desk.handler.enforce_csrf_checks = True
    assert asked(desk, {"bill": a_bill()}).status_code == 403


def test_a_system_asks_with_its_token(bureau, county):
    from django.test import Client
    from django.utils import timezone

    from yigongti.kernel.access.actions.add_client import add_client
    from yigongti.kernel.access.clients import token_for

    client, secret = add_client(
        name="演示", institution_code="H1", scopes=["system/*.rs"], at=timezone.now(),
        valid_from=timezone.localdate(), using="bulk",
    )  # fmt: skip
    token, _scopes, _seconds = token_for(client.client_id, secret, [], "127.0.0.1", timezone.now())
    browser = Client(enforce_csrf_checks=True)
    answer = asked(browser, {"bill": a_bill()}, HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == 200, answer.content
    assert asked(browser, {"bill": a_bill()}, HTTP_AUTHORIZATION="Bearer wrong").status_code == 401


def test_nothing_is_kept_of_what_was_asked(desk, caplog):
    import logging

    from django.db import connections

    def rows():
        with connections["bulk"].cursor() as cursor:
            cursor.execute("SELECT sum(n_tup_ins) FROM pg_stat_xact_user_tables")
            cursor.execute("SELECT count(*) FROM trail_trailentry")
            return cursor.fetchone()[0]

    before = rows()
    with caplog.at_level(logging.DEBUG, logger="yigongti"):
        assert asked(desk, {"bill": a_bill(diagnoses=["Z99.999"])}).status_code == 200
    assert rows() == before
    assert "Z99.999" not in caplog.text


def test_a_long_bill_with_history_is_answered_line_by_line(desk):
    """Sixty lines of which every fifth is not paid for, and earlier bills that are not told of."""
    lines = [
        {"line_number": n, "item_code": "F002" if n % 5 == 0 else "F003", "item_name": f"演示 {n}", "amount": "10.50",
         "unit_price": "10.50", "quantity": 1, "charged_on": "2026-10-09"}
        for n in range(1, 61)
    ]  # fmt: skip
    bill = a_bill(lines=lines, started_on="2026-10-01", ended_on="2026-10-09")
    earlier = [{**bill, "case_id": f"演示-{n}", "started_on": "2026-09-01", "ended_on": "2026-09-09"} for n in range(3)]
    told = asked(desk, {"bill": bill, "history": earlier, "on": "2026-10-09"}).json()
    assert told["over_time"] is True
    assert sorted(finding["line_number"] for finding in told["findings"]) == list(range(5, 61, 5))
    assert {(f["check"], f["amount"], f["counted"]) for f in told["findings"]} == {
        ("tried_not_payable", "10.50", "10.50")
    }
