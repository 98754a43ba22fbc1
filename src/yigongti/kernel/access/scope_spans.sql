-- What the policies ask, second edition: named spans instead of two fixed ranges. Everything is decided from one signed
-- setting, app.scope:
--
--     purpose|account|resident|name=multirange;name=multirange|backend process|hex HMAC-SHA-256 of all before it
--
-- The key lies in a table that only the owner may read; scope.part runs as the owner. SQL injected into a page can set
-- app.scope to anything, but cannot sign it; a signed scope of another connection names another backend process.
CREATE OR REPLACE FUNCTION scope.part(which int) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given text := nullif(current_setting('app.scope', true), '');
    parts text[];
    signed text;
    proof bytea;
BEGIN
    IF given IS NULL THEN
        RETURN NULL;
    END IF;
    parts := string_to_array(given, '|');
    signed := array_to_string(parts[1:5], '|');
    SELECT sha256(outer_block || sha256(inner_block || convert_to(signed, 'UTF8'))) INTO proof FROM scope.signing_key;
    IF cardinality(parts) <> 6 OR proof IS NULL OR encode(proof, 'hex') <> parts[6]
       OR parts[5] <> pg_backend_pid()::text THEN
        RAISE EXCEPTION 'the scope is not signed by this installation for this connection'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN parts[which];
END $$;

-- the institutions (or teams) of a named span; an unnamed one is empty
CREATE OR REPLACE FUNCTION scope.span(name text) RETURNS int4multirange LANGUAGE sql STABLE
    AS $$ SELECT coalesce(substring(scope.part(4) FROM '(?:^|;)' || name || '=([^;]*)')::int4multirange,
                          '{}'::int4multirange) $$;

CREATE OR REPLACE FUNCTION scope.readable() RETURNS int4multirange LANGUAGE sql STABLE
    AS $$ SELECT scope.span('readable') $$;
CREATE OR REPLACE FUNCTION scope.writable() RETURNS int4multirange LANGUAGE sql STABLE
    AS $$ SELECT scope.span('writable') $$;
CREATE OR REPLACE FUNCTION scope.resident_id() RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT coalesce(nullif(scope.part(3), '')::bigint, 0) $$;
-- the day in the county, whatever the connection's time zone
CREATE OR REPLACE FUNCTION scope.today() RETURNS date LANGUAGE sql STABLE
    AS $$ SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date $$;

GRANT EXECUTE ON FUNCTION scope.span(text), scope.resident_id(), scope.today()
    TO yigongti_app, yigongti_bulk, yigongti_owner;
