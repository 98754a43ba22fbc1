"""Peers that we did not write: fhirpy as a client, Synthea's bundles as input, schemathesis as a hostile caller."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone
from exchanging_system import PATIENT, observation

from yigongti.kernel.records.definitions.public import read_json, rewritten

pytestmark = pytest.mark.slow


@pytest.fixture
def token(client_of):
    from yigongti.kernel.access.clients import token_for

    client, secret = client_of("H1")
    return token_for(client.client_id, secret, [], "127.0.0.1", timezone.now())[0]


def test_fhirpy_creates_searches_updates_and_follows_pages(server, token):
    from fhirpy import SyncFHIRClient

    client = SyncFHIRClient(server, authorization=f"Bearer {token}")
    patient = client.resource("Patient", **{k: v for k, v in PATIENT.items() if k != "resourceType"})
    patient.save()
    for value in range(7):
        client.resource("Observation", **observation(f"Patient/{patient.id}", value)).save()
    patient["gender"] = "male"
    patient.save()
    assert client.resources("Patient").search(identifier="A-1").first()["gender"] == "male"
    results = client.resources("Observation").search(patient=f"Patient/{patient.id}").limit(3)
    assert len(results.fetch()) == 3
    assert len(results.fetch_all()) == 7
    assert client.resources("Observation").search(code="2339-0").count() == 7
    included = client.resources("Observation").include("Observation", "subject").limit(1).fetch_raw()
    assert {entry.resource.resourceType for entry in included.entry} == {"Observation", "Patient"}
    results.first().delete()
    assert client.resources("Observation").count() == 6


def test_synthea_loads_whole_and_comes_out_equal(system, shared_data):
    h1 = system("H1")
    files = sorted((shared_data / "exchange" / "fhir-synthea").glob("*.json"))
    assert files
    for file in files:
        sent = read_json(file.read_bytes())
        answer = h1.post("", file.read_bytes())
        assert answer.status_code == 200, answer.content.decode()[:2000]
        responses = answer.json()["entry"]
        places = [entry["response"]["location"].split("/_history")[0] for entry in responses]
        names = {entry["fullUrl"]: place for entry, place in zip(sent["entry"], places, strict=True)}
        for entry, place in zip(sent["entry"], places, strict=True):
            kept = read_json(h1.get(place).content)
            expected = rewritten(entry["resource"], names)
            assert _plain(kept) == _plain(expected)


def _plain(resource):
    """Without id and what the server itself writes into meta; decimals by their digits."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in {"versionId", "lastUpdated"}}
    rest = {name: value for name, value in resource.items() if name not in {"id", "meta"}}
    return _digits({**rest, **({"meta": meta} if meta else {})})


def _digits(node):
    if isinstance(node, dict):
        return {name: _digits(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_digits(value) for value in node]
    return str(node) if isinstance(node, Decimal) else node


def test_nothing_that_the_description_allows_breaks_the_server(system):
    """schemathesis over /fhir/openapi.json, a few calls of each of the addresses of some types: never 5xx."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    h1 = system("H1")
    described = json.loads(h1.get("openapi.json").content)
    kept = ("/Patient", "/Observation", "/Encounter", "/Group", "/Person", "/metadata", "/.well-known")
    described["paths"] = {
        path: item for path, item in described["paths"].items() if path == "/" or path.startswith(kept)
    }
    schema = schemathesis.openapi.from_dict(described)
    calls, broken = 0, []

    for operation in schema.get_all_operations():
        strategy = operation.ok().as_strategy()

        @given(case=strategy)
        @settings(
            max_examples=8, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def call(case):
            nonlocal calls
            calls += 1
            prepared = case.as_transport_kwargs(base_url="http://127.0.0.1/fhir")
            answer = _called(h1, prepared)
            if answer.status_code >= 500:
                broken.append((prepared["method"], prepared["url"], answer.content.decode()[:300]))

        call()
    assert broken == []
    assert calls > 100


def _called(h1, prepared):
    import requests

    request = requests.Request(
        prepared["method"], prepared["url"], params=prepared.get("params"), json=prepared.get("json"),
        data=prepared.get("data"),
    ).prepare()  # fmt: skip
    address = request.path_url.removeprefix("/fhir/")
    body = request.body or b""
    kind = "application/json-patch+json" if prepared["method"] == "PATCH" else "application/fhir+json"
    return h1.send(prepared["method"], address, body if isinstance(body, bytes) else body.encode(), kind)
