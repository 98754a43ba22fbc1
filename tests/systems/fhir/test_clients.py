"""Systems and their tokens: who gets one, what its scopes allow, when it ends; the page where they are managed."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone
from exchanging_system import PATIENT, System, bundle_of

FORM = "application/x-www-form-urlencoded"


def asked(client_id, secret, scope=""):
    body = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}&scope={scope}"
    return System("").send("POST", "auth/token", body.encode(), FORM)


def test_a_client_gets_a_token_and_reads_with_it(client_of):
    client, secret = client_of("H1")
    answer = asked(client.client_id, secret).json()
    assert (answer["token_type"], answer["scope"]) == ("Bearer", "system/*.cruds")
    assert System(answer["access_token"]).get("Patient").status_code == 200


def test_a_client_may_show_itself_by_basic(client_of):
    client, secret = client_of("H1")
    shown = "Basic " + base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    answer = System("").send("POST", "auth/token", b"grant_type=client_credentials", FORM, Authorization=shown)
    assert answer.status_code == 200


def test_a_wrong_secret_gets_nothing_and_after_a_few_not_even_the_right_one(client_of):
    client, secret = client_of("H1")
    answers = [asked(client.client_id, "wrong").status_code for _ in range(12)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert asked(client.client_id, secret).status_code == 429


def test_scopes_are_narrowed_and_never_widened(client_of):
    client, secret = client_of("H1", ["system/Observation.rs"])
    assert asked(client.client_id, secret, "system/Observation.r").json()["scope"] == "system/Observation.r"
    assert asked(client.client_id, secret, "system/*.cruds").json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("scopes", "method", "address", "status"),
    [
        (["system/Patient.rs"], "GET", "Patient", 200),
        (["system/Patient.read"], "GET", "Patient", 200),
        (["system/Patient.r"], "GET", "Patient", 403),
        (["system/Patient.rs"], "GET", "Observation", 403),
        (["system/Patient.rs"], "POST", "Patient", 403),
        (["system/Patient.c"], "POST", "Patient", 201),
        (["system/Patient.write"], "POST", "Patient", 201),
        (["system/Observation.rs"], "GET", "Observation?patient.name=x", 403),
        (["system/Observation.rs", "system/Patient.s"], "GET", "Observation?patient.name=x", 200),
        (["system/Observation.rs"], "GET", "Observation?_has:Provenance:target:agent=x", 403),
        (["system/Observation.rs"], "GET", "Patient/1/$everything", 403),
    ],
)
def test_scopes_are_asked_for_each_interaction(system, scopes, method, address, status):
    answer = system("H1", scopes).send(method, address, PATIENT if method == "POST" else None)
    assert answer.status_code == status, answer.content.decode()


def test_scopes_are_asked_for_each_entry_of_a_bundle(system):
    h1 = system("H1", ["system/Patient.c"])
    bundle = bundle_of(PATIENT, {"resourceType": "Organization", "name": "x"})
    answer = h1.post("", bundle)
    assert answer.status_code == 403
    assert answer.json()["issue"][0]["diagnostics"].startswith("接入授权不包括该操作")
    statuses = [entry["response"]["status"] for entry in h1.post("", {**bundle, "type": "batch"}).json()["entry"]]
    assert statuses == ["201", "403"]


def test_included_resources_are_left_out_where_scopes_do_not_name_them(system):
    whole = system("H1")
    organization = whole.made({"resourceType": "Organization", "name": "x"})["id"]
    whole.made({**PATIENT, "managingOrganization": {"reference": f"Organization/{organization}"}})
    bundle = system("H1", ["system/Patient.rs"]).get("Patient?_include=Patient:organization").json()
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == ["Patient"]


def test_a_token_ends_with_its_time_with_the_revocation_and_with_a_changed_letter(client_of):
    from yigongti.kernel.access.actions.revoke_client import revoke_client
    from yigongti.kernel.access.clients import credential_of, token_for

    client, secret = client_of("H1")
    now = timezone.now()
    token, _, seconds = token_for(client.client_id, secret, [], "127.0.0.1", now)
    assert credential_of(token, now).client_id == client.client_id
    assert credential_of(token, now + timedelta(seconds=seconds)) is None
    assert credential_of(token[:-1] + ("A" if token[-1] != "A" else "B"), now) is None
    revoke_client(client.client_id, at=now, using="bulk")
    assert credential_of(token, now) is None
    assert System(token).get("Patient").status_code == 401
    assert asked(client.client_id, secret).status_code == 401


def test_a_system_signs_in_on_no_page_and_its_token_opens_none(client_of, system):
    from django.test import Client as Browser

    from yigongti.kernel.access.models import Account

    h1 = system("H1")
    account = Account.objects.using("bulk").get(kind="system")
    account.set_password("right-password-1")
    account.save(using="bulk")
    answer = Browser().post("/accounts/sign-in", {"username": account.username, "password": "right-password-1"})
    assert answer.status_code == 403
    assert Browser().get("/accounts/", headers={"Authorization": f"Bearer {h1.token}"}).status_code in {302, 404}


def test_a_browser_reads_with_its_session_and_writes_nothing(signed_in):
    doctor = signed_in("physician", "H1")
    assert doctor.get("/fhir/Patient").status_code == 200
    answer = doctor.post("/fhir/Patient", PATIENT, content_type="application/fhir+json")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (403, "forbidden")


def test_the_page_adds_a_system_and_shows_its_secret_once(signed_in, county):
    operator = signed_in("exchange_operator", "C")
    form = {"name": "演示检验系统", "institution": "H1", "scopes": "system/*.rs", "valid_to": ""}
    page = operator.post("/fhir/clients/", form).content.decode()
    secret = page.partition("密钥 <code>")[2].partition("</code>")[0]
    assert len(secret) > 30
    again = operator.get("/fhir/clients/").content.decode()
    assert "演示检验系统" in again
    assert secret not in again


def test_the_page_revokes(signed_in, client_of):
    client, _secret = client_of("H1")
    operator = signed_in("exchange_operator", "C")
    assert operator.post(f"/fhir/clients/{client.client_id}/revoke").status_code == 302
    client.refresh_from_db(using="bulk")
    assert client.revoked_at is not None


def test_nobody_adds_a_system_beyond_the_own_post(signed_in, county):
    operator = signed_in("exchange_operator", "H2")
    form = {"name": "演示", "institution": "H1", "scopes": "system/*.rs", "valid_to": ""}
    answer = operator.post("/fhir/clients/", form)
    assert answer.status_code == 400
    from yigongti.kernel.access.models import Client

    assert Client.objects.using("bulk").count() == 0


@pytest.mark.parametrize("scope", ["system/*.everything", "user/*.rs", "system/Patient.", "openid"])
def test_what_is_no_scope_is_not_granted(signed_in, county, scope):
    operator = signed_in("exchange_operator", "C")
    form = {"name": "演示", "institution": "H1", "scopes": scope, "valid_to": ""}
    assert operator.post("/fhir/clients/", form).status_code == 400
