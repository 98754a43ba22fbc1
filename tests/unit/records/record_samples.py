"""Resources to try things on: an invented resident and an invented blood pressure."""

PATIENT = {
    "resourceType": "Patient",
    "id": "zhang-san",
    "meta": {"versionId": "3", "tag": [{"system": "urn:yigongti:tag", "code": "invented"}]},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><b>张三</b></div>'},
    "identifier": [{"system": "urn:oid:1.2.156.10011", "value": "110101199003070017"}],
    "active": True,
    "name": [{"use": "official", "text": "张三", "family": "张", "given": ["三"]}],
    "telecom": [{"system": "phone", "value": "13800000000"}, {"system": "email", "value": "zs@example.org"}],
    "gender": "male",
    "birthDate": "1990-03-07",
    "address": [{"text": "示范县东乡李村 3 号", "city": "示范县", "line": ["东乡李村 3 号"]}],
    "contact": [{"name": {"text": "李四"}}],
    "managingOrganization": {"reference": "Organization/east"},
}
OBSERVATION = {
    "resourceType": "Observation",
    "id": "pressure",
    "status": "final",
    "category": [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
    ],
    "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "血压"},
    "subject": {"reference": "Patient/zhang-san"},
    "encounter": {"reference": "Encounter/e1"},
    "effectiveDateTime": "2026-10-05T09:30:00+08:00",
    "performer": [{"reference": "Organization/east"}],
    "component": [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
            "valueQuantity": {
                "value": 142,
                "unit": "mmHg",
                "system": "http://unitsofmeasure.org",
                "code": "mm[Hg]",
            },
        }
    ],
}
