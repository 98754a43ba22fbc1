-- Who looked at whose record. The first column is filled first: the transaction has its number before it takes an id,
-- so that sealing can tell from the numbers of running transactions which ids can still appear (sealing.py).
CREATE SEQUENCE public.trail_view_id_seq;
CREATE TABLE public.trail_view (
    transaction_id bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    id bigint NOT NULL DEFAULT nextval('public.trail_view_id_seq'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    happened_at timestamptz NOT NULL,
    account_id bigint NOT NULL,
    by_resident_id bigint NOT NULL,
    client varchar(64) NOT NULL,
    viewer varchar(64) NOT NULL,
    institution_id integer,
    resident_id bigint NOT NULL,
    what text NOT NULL,
    why text NOT NULL,
    address inet,
    request_id varchar(32) NOT NULL,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
ALTER SEQUENCE public.trail_view_id_seq OWNED BY public.trail_view.id;
CREATE INDEX trail_view_resident ON public.trail_view (resident_id, recorded_at);
CREATE INDEX trail_view_account ON public.trail_view (account_id, recorded_at);
CREATE INDEX trail_view_institution ON public.trail_view (institution_id, recorded_at);

-- Blocks of sealed views. ids: exactly the lines that the block holds. leaves: eight bytes of each line's digest, to
-- name the line that was altered; the root is made of the whole digests.
CREATE TABLE public.trail_block (
    number integer PRIMARY KEY,
    month date NOT NULL,
    ids int8multirange NOT NULL,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL,
    row_count integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    floor_id bigint NOT NULL,
    seen_id bigint NOT NULL,
    seen_transaction bigint NOT NULL,
    sealed_at timestamptz NOT NULL,
    root varchar(64) NOT NULL,
    previous varchar(64) NOT NULL,
    digest varchar(64) NOT NULL UNIQUE,
    leaves bytea NOT NULL
);
CREATE INDEX trail_block_last ON public.trail_block (last_id);

-- Lines are added, never changed, never removed; the owner can mend only with the switch of maintenance. A superuser
-- can do anything: that is what the chain and its anchor outside are for.
CREATE FUNCTION public.trail_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('app.maintenance', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION '% of the trail is refused: its lines are only ever added', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION public.trail_refuse_change() FROM PUBLIC;

-- Everybody who was merged into a resident, and the resident: views of a retired registration are views of the person.
-- With the owner's rights, because a resident sees only the own registration; tells nothing but numbers.
CREATE FUNCTION public.trail_same_person(resident bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('app.maintenance', true), '');
    found bigint[];
BEGIN
    IF resident <= 0 THEN
        RETURN '{}';
    END IF;
    PERFORM set_config('app.maintenance', 'on', true);
    WITH RECURSIVE same (id) AS (
        SELECT resident
        UNION
        SELECT r.id FROM public.people_resident r JOIN same ON r.merged_into_id = same.id
    )
    SELECT array_agg(id) INTO found FROM same;
    PERFORM set_config('app.maintenance', before, true);
    RETURN found;
END $$;
REVOKE ALL ON FUNCTION public.trail_same_person(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.trail_same_person(bigint) TO yigongti_app, yigongti_bulk, yigongti_owner;
