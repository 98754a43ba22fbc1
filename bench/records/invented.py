"""An invented county's records, made inside the database by SQL: residents, care, resources and their index rows.

A quarter of the residents is in the care of each of two hospitals (overlapping by chance), everybody in that of one of
the village clinics. Each has a Patient, encounters, and results of laboratory; nothing of it is about anybody.
"""

from __future__ import annotations

from yigongti.kernel.records.index_rows import parameter_number, system_number

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
CODES = [f"{2000 + n}-{n % 10}" for n in range(40)]


def _p(type_name: str, name: str) -> int:
    return parameter_number(type_name, name)


def statements(residents: int, per_resident: int, hospitals: list[int], clinics: list[int]) -> list[str]:
    """The SQL, in order. per_resident: resources, of which one is the Patient and a tenth are encounters."""
    encounters = max(1, per_resident // 10)
    codes = "ARRAY[" + ",".join(f"'{code}'" for code in CODES) + "]"
    clinic = f"(ARRAY{clinics})[1 + r.id %% {len(clinics)}]"
    hospital = f"(ARRAY{hospitals})[1 + r.id %% {len(hospitals)}]"
    body_of_observation = (
        "jsonb_build_object('resourceType','Observation','id',o.fhir_id,'meta',jsonb_build_object('versionId','1',"
        "'lastUpdated','2026-11-01T00:00:00.000Z'),'status','final','category',jsonb_build_array(jsonb_build_object("
        "'coding',jsonb_build_array(jsonb_build_object('system','http://terminology.hl7.org/CodeSystem/"
        "observation-category','code','laboratory','display','Laboratory')))),'code',jsonb_build_object('coding',"
        f"jsonb_build_array(jsonb_build_object('system','{LOINC}','code',o.code,'display','Invented result')),'text',"
        "'虚构检验'),'subject',jsonb_build_object('reference','Patient/p'||o.resident_id),'encounter',jsonb_build_object("
        "'reference','Encounter/e'||o.resident_id||'-1'),'effectiveDateTime',to_char(o.day,'YYYY-MM-DD'),'issued',"
        "to_char(o.day,'YYYY-MM-DD')||'T08:00:00+08:00','valueQuantity',jsonb_build_object('value',o.value,'unit',"
        f"'mmol/L','system','{UCUM}','code','mmol/L'))"
    )
    insert = (
        "INSERT INTO records_resource (id, type, fhir_id, version, resident_id, institution_id, category, updated_at,"
        " deleted, account_id, body)"
    )
    return [
        "INSERT INTO people_resident (public_id, institution_id, state, name, name_sound, name_blurred, sex,"
        " birth_date, number_kind, number_sealed, number_index, number_body_index, phone_sealed, phone_index, address,"
        " village_code, relation_to_head, insurance_type, insured_number, registered_at, registered_by_id, version)"
        f" SELECT gen_random_uuid(), {hospitals[0]}, 'active', '演示' || n, 'yanshi', 'yanshi', '1',"
        " date '1940-01-01' + (n * 37 %% 25000), '', '', '', '', '', '', '', '', '', '', '', now(), 0, 1"
        f" FROM generate_series(1, {residents}) n",
        "INSERT INTO people_care (resident_id, institution_id, kind, valid_from, valid_to, source, made_at, made_by_id)"
        f" SELECT r.id, {clinic}, 'registration', date '2020-01-01', date '9999-12-31', '', now(), 0"
        " FROM people_resident r",
        *(
            "INSERT INTO people_care (resident_id, institution_id, kind, valid_from, valid_to, source, made_at,"
            f" made_by_id) SELECT r.id, {one}, 'encounter', date '2026-01-01', date '9999-12-31', 'x' || r.id, now(), 0"
            f" FROM people_resident r WHERE (r.id * 7919 + {one}) %% 4 = 0"
            for one in hospitals
        ),
        f"{insert} SELECT nextval('records_resource_id_seq'), 'Patient', 'p' || r.id, 1, r.id, {hospital},"
        " 'administrative', timestamptz '2026-11-01', false, 0, jsonb_build_object('resourceType', 'Patient', 'id',"
        " 'p' || r.id, 'meta', jsonb_build_object('versionId', '1'), 'identifier', jsonb_build_array("
        " jsonb_build_object('system', 'urn:bench', 'value', 'n' || r.id)), 'name', jsonb_build_array("
        " jsonb_build_object('text', r.name)), 'gender', 'male', 'birthDate', r.birth_date) FROM people_resident r",
        f"{insert} SELECT nextval('records_resource_id_seq'), 'Encounter', 'e' || r.id || '-' || n, 1, r.id, {hospital},"
        " 'clinical', timestamptz '2026-11-01', false, 0, jsonb_build_object('resourceType', 'Encounter', 'id', 'e' ||"
        " r.id || '-' || n, 'meta', jsonb_build_object('versionId', '1'), 'status', 'finished', 'class',"
        " jsonb_build_object('code', 'IMP'), 'subject', jsonb_build_object('reference', 'Patient/p' || r.id), 'period',"
        " jsonb_build_object('start', '2026-10-0' || n %% 9 + 1))"
        f" FROM people_resident r, generate_series(1, {encounters}) n",
        f"{insert} SELECT nextval('records_resource_id_seq'), 'Observation', o.fhir_id, 1, o.resident_id, o.hospital,"
        f" 'clinical', timestamptz '2026-11-01', false, 0, {body_of_observation} FROM (SELECT r.id AS resident_id,"
        f" {hospital} AS hospital, 'o' || r.id || '-' || n AS fhir_id, ({codes})[1 + (r.id + n) %% {len(CODES)}] AS code,"
        " date '2020-01-01' + ((r.id * 31 + n * 97) %% 2400)::int AS day, ((r.id + n) %% 200) / 10.0 AS value"
        f" FROM people_resident r, generate_series(1, {per_resident - 1 - encounters}) n) o",
        "INSERT INTO records_token (resource_id, whose, system, parameter, code) SELECT id, resident_id,"
        f" {system_number('urn:bench')}, {_p('Patient', 'identifier')}, 'n' || resident_id FROM records_resource WHERE"
        " type = 'Patient'",
        f"INSERT INTO records_string (resource_id, whose, parameter, normal) SELECT id, resident_id, {_p('Patient', 'name')},"
        " body #>> '{name,0,text}' FROM records_resource WHERE type = 'Patient'",
        "INSERT INTO records_date (resource_id, whose, parameter, low, high) SELECT id, resident_id,"
        f" {_p('Patient', 'birthdate')}, (body ->> 'birthDate')::date, (body ->> 'birthDate')::date + 1 FROM"
        " records_resource WHERE type = 'Patient'",
        "INSERT INTO records_token (resource_id, whose, system, parameter, code) SELECT o.id, o.resident_id, v.system,"
        " v.parameter, coalesce(v.code, o.body #>> '{code,coding,0,code}') FROM records_resource o, (VALUES"
        f" (0::bigint, {_p('Observation', 'status')}, 'final'), (1, {_p('Observation', 'category')}, 'laboratory'),"
        f" ({system_number(LOINC)}, {_p('Observation', 'code')}, NULL),"
        f" ({system_number(LOINC)}, {_p('Observation', 'combo-code')}, NULL)) v (system, parameter, code)"
        " WHERE o.type = 'Observation'",
        "INSERT INTO records_date (resource_id, whose, parameter, low, high) SELECT id, resident_id,"
        f" {_p('Observation', 'date')}, d, d + 1 FROM (SELECT id, resident_id, (body ->> 'effectiveDateTime')::date d"
        " FROM records_resource WHERE type = 'Observation') o",
        "INSERT INTO records_quantity (resource_id, whose, parameter, low, high, system, code, unit) SELECT o.id,"
        f" o.resident_id, v.parameter, o.value, o.value, {system_number(UCUM)}, 'mmol/L', 'mmol/L' FROM (SELECT id,"
        " resident_id, (body #>> '{valueQuantity,value}')::float8 AS value FROM records_resource WHERE type ="
        f" 'Observation') o, (VALUES ({_p('Observation', 'value-quantity')}),"
        f" ({_p('Observation', 'combo-value-quantity')})) v (parameter)",
        "INSERT INTO records_reference (resource_id, whose, target_id, parameter) SELECT o.id, o.resident_id, p.id,"
        " v.parameter FROM records_resource o JOIN records_resource p ON p.type = 'Patient' AND p.resident_id ="
        f" o.resident_id JOIN (VALUES ('Observation', {_p('Observation', 'patient')}), ('Observation',"
        f" {_p('Observation', 'subject')}), ('Encounter', {_p('Encounter', 'patient')}), ('Encounter',"
        f" {_p('Encounter', 'subject')})) v (type, parameter) ON v.type = o.type",
        "VACUUM ANALYZE",
    ]
