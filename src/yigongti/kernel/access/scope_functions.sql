-- What the policies ask. Everything is decided from one signed setting, app.scope:
--
--     purpose|account|readable ranges|writable ranges|backend process|hex HMAC-SHA-256 of all before it
--
-- The key lies in a table that only the owner may read; these functions run as the owner. SQL injected into a page can
-- set app.scope to anything, but cannot sign it; a signed scope of another connection names another backend process.
CREATE TABLE IF NOT EXISTS scope.signing_key (inner_block bytea NOT NULL, outer_block bytea NOT NULL);
REVOKE ALL ON scope.signing_key FROM PUBLIC;

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

CREATE OR REPLACE FUNCTION scope.purpose() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT coalesce(scope.part(1), '') $$;
CREATE OR REPLACE FUNCTION scope.account_id() RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT coalesce(nullif(scope.part(2), '')::bigint, 0) $$;
CREATE OR REPLACE FUNCTION scope.readable() RETURNS int4multirange LANGUAGE sql STABLE
    AS $$ SELECT coalesce(scope.part(3)::int4multirange, '{}'::int4multirange) $$;
CREATE OR REPLACE FUNCTION scope.writable() RETURNS int4multirange LANGUAGE sql STABLE
    AS $$ SELECT coalesce(scope.part(4)::int4multirange, '{}'::int4multirange) $$;

REVOKE ALL ON FUNCTION scope.part(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scope.part(int), scope.purpose(), scope.account_id(), scope.readable(), scope.writable()
    TO yigongti_app, yigongti_bulk, yigongti_owner;
