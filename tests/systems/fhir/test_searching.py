"""Searches over HTTP: each kind of parameter, chains, includes, order, pages."""

import pytest
from exchanging_system import PATIENT, observation


@pytest.fixture
def h1(system):
    return system("H1")


@pytest.fixture
def record(h1):
    """A patient 演示甲 with three results, a second one 演示乙 with one, an encounter; by what they are called."""
    organization = h1.made({"resourceType": "Organization", "name": "示范检验科"})["id"]
    first = h1.made({**PATIENT, "managingOrganization": {"reference": f"Organization/{organization}"}})["id"]
    other = {**PATIENT, "identifier": [{"system": "urn:test:record", "value": "B-2"}], "name": [{"text": "演示乙"}],
             "gender": "male", "birthDate": "1980-05"}  # fmt: skip
    second = h1.made(other)["id"]
    encounter = h1.made(
        {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"},
         "subject": {"reference": f"Patient/{first}"},
         "period": {"start": "2026-10-01T08:00:00+08:00", "end": "2026-10-01T09:00:00+08:00"}}
    )["id"]  # fmt: skip
    for day, value in (("2026-10-01", 5.4), ("2026-10-02", 7.25), ("2026-11-03", 11)):
        made = {**observation(f"Patient/{first}", value), "effectiveDateTime": day}
        h1.made({**made, "encounter": {"reference": f"Encounter/{encounter}"}})
    h1.made({**observation(f"Patient/{second}", 6, code="718-7"), "note": [{"text": "演示"}]})
    return {"first": first, "second": second, "encounter": encounter, "organization": organization}


def found(h1, address, **headers):
    answer = h1.get(address, **headers)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("code=2339-0", 3),
        ("code=http://loinc.org|2339-0", 3),
        ("code=http://loinc.org|", 4),
        ("code=|2339-0", 0),
        ("code=2339-0,718-7", 4),
        ("code:not=2339-0", 1),
        ("date=2026-10", 2),
        ("date=ge2026-10-02&date=lt2026-11", 1),
        ("date=gt2026-10-02", 2),
        ("date=le2026-10-02", 2),
        ("value-quantity=gt6", 2),
        ("value-quantity=5.4|http://unitsofmeasure.org|mmol/L", 1),
        ("value-quantity=lt7||mmol/L", 2),
        ("value-quantity=le11&value-quantity=ge7.25", 2),
        ("encounter:missing=true", 1),
        ("encounter:missing=false", 3),
        ("patient=Patient/{first}", 3),
        ("subject={first}", 3),
        ("subject:Patient={second}", 1),
        ("encounter=Encounter/{encounter}", 3),
        ("patient.name=演示乙", 1),
        ("patient.gender=female&code=2339-0", 3),
        ("patient.organization.name=示范", 3),
        ("patient.identifier=urn:test:record|B-2", 1),
        ("_id=nothing-here", 0),
        ("_lastUpdated=gt2020", 4),
        ("status=final,amended", 4),
    ],
)
def test_results_are_found(h1, record, query, total):
    assert found(h1, f"Observation?{query.format(**record)}&_total=accurate")["total"] == total


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=演示", ["演示乙", "演示甲"]),
        ("name:exact=演示甲", ["演示甲"]),
        ("name:exact=演示", []),
        ("name:contains=示乙", ["演示乙"]),
        ("birthdate=1980", ["演示乙"]),
        ("birthdate=le1950-01-02", ["演示甲"]),
        ("_has:Observation:patient:code=718-7", ["演示乙"]),
        ("_has:Encounter:patient:date=2026-10-01", ["演示甲"]),
        ("organization=Organization/{organization}", ["演示甲"]),
        ("identifier=A-1", ["演示甲"]),
        ("gender=male", ["演示乙"]),
    ],
)
def test_patients_are_found(h1, record, query, names):
    entries = found(h1, f"Patient?{query.format(**record)}").get("entry", [])
    assert sorted(entry["resource"]["name"][0]["text"] for entry in entries) == names


def values(bundle):
    return [float(entry["resource"]["valueQuantity"]["value"]) for entry in bundle.get("entry", [])]


def test_results_come_in_the_order_asked_for(h1, record):
    assert values(found(h1, "Observation?code=2339-0&_sort=-date")) == [11, 7.25, 5.4]
    assert values(found(h1, "Observation?_sort=value-quantity")) == [5.4, 6, 7.25, 11]
    assert values(found(h1, "Observation?_sort=-code,-value-quantity")) == [6, 11, 7.25, 5.4]


@pytest.mark.parametrize("order", ["", "&_sort=-date", "&_sort=value-quantity", "&_sort=status,-_lastUpdated"])
def test_pages_tell_each_result_once_though_others_write_meanwhile(h1, record, order):
    page, seen = found(h1, f"Observation?_count=2{order}"), []
    while True:
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not following:
            break
        h1.made({**observation(f"Patient/{record['first']}", 1, code="other"), "effectiveDateTime": "1999-01-01"})
        page = found(h1, following[0].partition("/fhir/")[2])
        assert len(seen) < 20
    assert len(seen) == len(set(seen)) >= 4


def test_a_page_of_another_search_is_refused(h1, record):
    page = next(link["url"] for link in found(h1, "Observation?_count=1")["link"] if link["relation"] == "next")
    mark = page.partition("_page=")[2]
    assert h1.get(f"Patient?_page={mark}").status_code == 400
    assert h1.get(f"Observation?_page={mark[:-3]}abc").status_code == 400


def test_what_results_refer_to_comes_with_them(h1, record):
    bundle = found(h1, "Observation?code=718-7&_include=Observation:subject&_include:iterate=Patient:organization")
    kinds = [(entry["resource"]["resourceType"], entry["search"]["mode"]) for entry in bundle["entry"]]
    assert kinds == [("Observation", "match"), ("Patient", "include")]
    iterated = "_include=Observation:subject&_include:iterate=Patient:organization"
    bundle = found(h1, f"Observation?date=2026-11&code=2339-0&{iterated}")
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds == ["Observation", "Organization", "Patient"]


def test_what_refers_to_results_comes_with_them(h1, record):
    bundle = found(h1, f"Patient?_id={record['first']}&_revinclude=Observation:patient&_revinclude=Encounter:patient")
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds == ["Patient", "Encounter", "Observation", "Observation", "Observation"]
    assert bundle["total"] == 1


def test_a_count_is_told_without_results(h1, record):
    bundle = found(h1, "Observation?code=2339-0&_summary=count")
    assert (bundle["total"], bundle.get("entry")) == (3, None)


def test_only_the_elements_asked_for_are_sent(h1, record):
    (entry,) = found(h1, "Observation?code=718-7&_elements=valueQuantity")["entry"]
    assert set(entry["resource"]) == {"resourceType", "id", "meta", "status", "code", "valueQuantity"}
    assert entry["resource"]["meta"]["tag"][0]["code"] == "SUBSETTED"


def test_an_unknown_parameter_is_refused_or_named(h1, record):
    assert h1.get("Observation?colour=red").status_code == 400
    bundle = found(h1, "Observation?colour=red&code=718-7", Prefer="handling=lenient")
    assert bundle["total"] == 1
    assert "colour" in bundle["entry"][-1]["resource"]["issue"][0]["diagnostics"]


def test_a_search_may_stand_in_the_body(h1, record):
    answer = h1.send(
        "POST", "Patient/_search", b"identifier=urn:test:record%7CB-2", "application/x-www-form-urlencoded"
    )
    assert answer.json()["total"] == 1
