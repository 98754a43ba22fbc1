"""A system that exchanges data, as a client of HTTP with its token; and the resources that it sends."""

import json

from django.test import Client as Browser

PATIENT = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:test:record", "value": "A-1"}],
    "name": [{"text": "演示甲"}],
    "gender": "female",
    "birthDate": "1950-01-02",
}


def observation(patient, value=5.4, code="2339-0"):
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}], "text": "Glucose"},
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-11-01T08:00:00+08:00",
        "valueQuantity": {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
    }


def bundle_of(*resources, kind="transaction"):
    """A bundle that creates the resources; the first is called urn:uuid:…0."""
    entries = [
        {
            "fullUrl": f"urn:uuid:00000000-0000-0000-0000-{place:012d}",
            "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for place, resource in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


FIRST = "urn:uuid:00000000-0000-0000-0000-000000000000"


class System:
    """Speaks FHIR with a token: system.get("Patient/1") → the response; .json is the body."""

    def __init__(self, token):
        self.browser, self.token = Browser(raise_request_exception=False), token

    def send(self, method, address, body=None, kind="application/fhir+json", **headers):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.browser.generic(
            method, "/fhir/" + address, data, content_type=kind,
            headers={**shown, **{name.replace("_", "-"): value for name, value in headers.items()}},
        )  # fmt: skip

    def get(self, address, **headers):
        return self.send("GET", address, **headers)

    def post(self, address, body, **headers):
        return self.send("POST", address, body, **headers)

    def put(self, address, body, **headers):
        return self.send("PUT", address, body, **headers)

    def made(self, resource):
        """Creates the resource, and answers it as it came back."""
        answer = self.post(resource["resourceType"], resource)
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()
