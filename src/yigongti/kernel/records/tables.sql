-- The index tables: one row for each value that a resource is found by. No primary key and no foreign key: rows are
-- written with their resource, never alone, and every byte counts (about a dozen rows for an observation).
--
--   resource_id  records_resource.id           parameter  a number for "Observation.code" (index_rows.py)
--   whose        resident; null: everybody's; below zero: that institution's own (row_policies.py)
--   public_at    institution of a public-health fact
--   system       64 bits of the SHA-256 of a code system's or identifier system's address, 0 for none
--
-- Only operators that are leakproof use an index under row security: =, <, ^@ on text, int, float, timestamptz.
CREATE TABLE records_token (
    resource_id bigint NOT NULL, whose bigint, system bigint NOT NULL, parameter int NOT NULL, public_at int,
    code text COLLATE "C" NOT NULL
);
CREATE INDEX records_token_resource ON records_token (resource_id);
CREATE INDEX records_token_value ON records_token (parameter, code, whose, resource_id);
CREATE STATISTICS records_token_values (mcv, ndistinct) ON parameter, code FROM records_token;

CREATE TABLE records_string (
    resource_id bigint NOT NULL, whose bigint, parameter int NOT NULL, public_at int,
    normal text COLLATE "C" NOT NULL, exact text COLLATE "C"  -- exact: null where it equals normal
);
CREATE INDEX records_string_resource ON records_string (resource_id);
CREATE INDEX records_string_value ON records_string (parameter, normal);

CREATE TABLE records_date (
    resource_id bigint NOT NULL, whose bigint, low timestamptz NOT NULL, high timestamptz NOT NULL,
    parameter int NOT NULL, public_at int
);
CREATE INDEX records_date_resource ON records_date (resource_id);
CREATE INDEX records_date_value ON records_date (parameter, low);

-- target_id: the resource pointed at, when it is one of ours; url: anything else, as written
CREATE TABLE records_reference (
    resource_id bigint NOT NULL, whose bigint, target_id bigint, parameter int NOT NULL, public_at int,
    url text COLLATE "C"
);
CREATE INDEX records_reference_resource ON records_reference (resource_id);
CREATE INDEX records_reference_target ON records_reference (target_id, parameter) WHERE target_id IS NOT NULL;
CREATE INDEX records_reference_url ON records_reference (parameter, url) WHERE url IS NOT NULL;

-- low = high = the value; apart for a range and for "<5"; doubles, because numeric is not leakproof
CREATE TABLE records_quantity (
    resource_id bigint NOT NULL, whose bigint, low float8 NOT NULL, high float8 NOT NULL,
    system bigint NOT NULL, parameter int NOT NULL, public_at int, code text COLLATE "C" NOT NULL,
    unit text COLLATE "C" NOT NULL
);
CREATE INDEX records_quantity_resource ON records_quantity (resource_id);
CREATE INDEX records_quantity_value ON records_quantity (parameter, low);

CREATE TABLE records_uri (
    resource_id bigint NOT NULL, whose bigint, parameter int NOT NULL, public_at int, uri text COLLATE "C" NOT NULL
);
CREATE INDEX records_uri_resource ON records_uri (resource_id);
CREATE INDEX records_uri_value ON records_uri (parameter, uri);

-- when a merge (or its undoing) gives a resource to another resident, its versions and index rows follow
CREATE FUNCTION records_follow_resident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE records_token SET whose = NEW.resident_id WHERE resource_id = NEW.id;
    UPDATE records_string SET whose = NEW.resident_id WHERE resource_id = NEW.id;
    UPDATE records_date SET whose = NEW.resident_id WHERE resource_id = NEW.id;
    UPDATE records_reference SET whose = NEW.resident_id WHERE resource_id = NEW.id;
    UPDATE records_quantity SET whose = NEW.resident_id WHERE resource_id = NEW.id;
    UPDATE records_uri SET whose = NEW.resident_id WHERE resource_id = NEW.id;
    UPDATE records_version SET resident_id = NEW.resident_id WHERE resource_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER records_follow_resident AFTER UPDATE OF resident_id ON records_resource FOR EACH ROW
    WHEN (OLD.resident_id IS DISTINCT FROM NEW.resident_id AND NEW.resident_id IS NOT NULL)
    EXECUTE FUNCTION records_follow_resident();
