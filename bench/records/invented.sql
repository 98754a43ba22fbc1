-- An invented county's records, made inside the database. $names are filled in by invented.py; one statement each.
INSERT INTO people_resident (public_id, institution_id, state, name, name_sound, name_blurred, sex, birth_date,
    number_kind, number_sealed, number_index, number_body_index, phone_sealed, phone_index, address, village_code,
    relation_to_head, insurance_type, insured_number, registered_at, registered_by_id, version)
SELECT gen_random_uuid(), $keeper, 'active', '演示' || n, 'yanshi', 'yanshi', '1',
    date '1940-01-01' + (n * 37 % 25000), '', '', '', '', '', '', '', '', '', '', '', now(), 0, 1
FROM generate_series(1, $residents) n;

INSERT INTO people_care (resident_id, institution_id, kind, valid_from, valid_to, source, made_at, made_by_id)
SELECT r.id, $clinic, 'registration', date '2020-01-01', date '9999-12-31', '', now(), 0 FROM people_resident r;

INSERT INTO people_care (resident_id, institution_id, kind, valid_from, valid_to, source, made_at, made_by_id)
SELECT r.id, h, 'encounter', date '2026-01-01', date '9999-12-31', 'x' || r.id, now(), 0
FROM people_resident r, unnest($hospitals) h WHERE (r.id * 7919 + h) % 4 = 0;

INSERT INTO records_resource (id, type, fhir_id, version, resident_id, institution_id, category, updated_at, deleted,
    account_id, body)
SELECT nextval('records_resource_id_seq'), 'Patient', 'p' || r.id, 1, r.id, $hospital, 'administrative',
    timestamptz '2026-11-01', false, 0,
    jsonb_build_object('resourceType', 'Patient', 'id', 'p' || r.id, 'meta', jsonb_build_object('versionId', '1'),
        'identifier', jsonb_build_array(jsonb_build_object('system', 'urn:bench', 'value', 'n' || r.id)),
        'name', jsonb_build_array(jsonb_build_object('text', r.name)), 'gender', 'male', 'birthDate', r.birth_date)
FROM people_resident r;

INSERT INTO records_resource (id, type, fhir_id, version, resident_id, institution_id, category, updated_at, deleted,
    account_id, body)
SELECT nextval('records_resource_id_seq'), 'Encounter', 'e' || r.id || '-' || n, 1, r.id, $hospital, 'clinical',
    timestamptz '2026-11-01', false, 0,
    jsonb_build_object('resourceType', 'Encounter', 'id', 'e' || r.id || '-' || n, 'status', 'finished',
        'meta', jsonb_build_object('versionId', '1'), 'class', jsonb_build_object('code', 'IMP'),
        'subject', jsonb_build_object('reference', 'Patient/p' || r.id),
        'period', jsonb_build_object('start', '2026-10-0' || n % 9 + 1))
FROM people_resident r, generate_series(1, $encounters) n;

INSERT INTO records_resource (id, type, fhir_id, version, resident_id, institution_id, category, updated_at, deleted,
    account_id, body)
SELECT nextval('records_resource_id_seq'), 'Observation', o.fhir_id, 1, o.resident_id, o.hospital, 'clinical',
    timestamptz '2026-11-01', false, 0,
    jsonb_build_object('resourceType', 'Observation', 'id', o.fhir_id, 'status', 'final',
        'meta', jsonb_build_object('versionId', '1', 'lastUpdated', '2026-11-01T00:00:00.000Z'),
        'category', jsonb_build_array(jsonb_build_object('coding', jsonb_build_array(jsonb_build_object(
            'system', 'http://terminology.hl7.org/CodeSystem/observation-category', 'code', 'laboratory')))),
        'code', jsonb_build_object('text', '虚构检验', 'coding', jsonb_build_array(jsonb_build_object(
            'system', '$loinc_url', 'code', o.code, 'display', 'Invented result'))),
        'subject', jsonb_build_object('reference', 'Patient/p' || o.resident_id),
        'encounter', jsonb_build_object('reference', 'Encounter/e' || o.resident_id || '-1'),
        'effectiveDateTime', to_char(o.day, 'YYYY-MM-DD'),
        'issued', to_char(o.day, 'YYYY-MM-DD') || 'T08:00:00+08:00',
        'valueQuantity', jsonb_build_object('value', o.value, 'unit', 'mmol/L', 'system', '$ucum_url',
            'code', 'mmol/L'))
FROM (SELECT r.id AS resident_id, $hospital AS hospital, 'o' || r.id || '-' || n AS fhir_id,
        ($codes)[1 + (r.id + n) % cardinality($codes)] AS code,
        date '2020-01-01' + ((r.id * 31 + n * 97) % 2400)::int AS day, ((r.id + n) % 200) / 10.0 AS value
      FROM people_resident r, generate_series(1, $results) n) o;

INSERT INTO records_token (resource_id, whose, system, parameter, code)
SELECT id, resident_id, $bench, $patient_identifier, 'n' || resident_id FROM records_resource WHERE type = 'Patient';

INSERT INTO records_string (resource_id, whose, parameter, normal)
SELECT id, resident_id, $patient_name, body #>> '{name,0,text}' FROM records_resource WHERE type = 'Patient';

INSERT INTO records_date (resource_id, whose, parameter, low, high)
SELECT id, resident_id, $patient_birthdate, (body ->> 'birthDate')::date, (body ->> 'birthDate')::date + 1
FROM records_resource WHERE type = 'Patient';

INSERT INTO records_token (resource_id, whose, system, parameter, code)
SELECT o.id, o.resident_id, v.system, v.parameter, coalesce(v.code, o.body #>> '{code,coding,0,code}')
FROM records_resource o, (VALUES (0::bigint, $observation_status, 'final'), (1, $observation_category, 'laboratory'),
    ($loinc, $observation_code, NULL), ($loinc, $observation_combo_code, NULL)) v (system, parameter, code)
WHERE o.type = 'Observation';

INSERT INTO records_date (resource_id, whose, parameter, low, high)
SELECT id, resident_id, $observation_date, d, d + 1
FROM (SELECT id, resident_id, (body ->> 'effectiveDateTime')::date d FROM records_resource
      WHERE type = 'Observation') o;

INSERT INTO records_quantity (resource_id, whose, parameter, low, high, system, code, unit)
SELECT o.id, o.resident_id, v.parameter, o.value, o.value, $ucum, 'mmol/L', 'mmol/L'
FROM (SELECT id, resident_id, (body #>> '{valueQuantity,value}')::float8 AS value FROM records_resource
      WHERE type = 'Observation') o, (VALUES ($observation_value_quantity), ($observation_combo_value_quantity)) v (parameter);

INSERT INTO records_reference (resource_id, whose, target_id, parameter)
SELECT o.id, o.resident_id, p.id, v.parameter
FROM records_resource o JOIN records_resource p ON p.type = 'Patient' AND p.resident_id = o.resident_id
JOIN (VALUES ('Observation', $observation_patient), ('Observation', $observation_subject),
    ('Encounter', $encounter_patient), ('Encounter', $encounter_subject)) v (type, parameter) ON v.type = o.type;

VACUUM ANALYZE;
