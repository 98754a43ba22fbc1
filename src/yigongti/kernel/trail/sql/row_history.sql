-- The history of rows: what any statement changed, whoever made it (a page, a job, bulk, raw SQL), in one table.
CREATE SEQUENCE public.trail_rowchange_id_seq;
CREATE TABLE public.trail_rowchange (
    id bigint NOT NULL DEFAULT nextval('public.trail_rowchange_id_seq'),
    happened_at timestamptz NOT NULL DEFAULT now(),
    transaction_id bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    table_name varchar(63) NOT NULL,
    row_key varchar(64) NOT NULL,
    row_count integer NOT NULL DEFAULT 1,
    operation varchar(8) NOT NULL,
    account_id bigint NOT NULL,
    by_resident_id bigint NOT NULL,
    purpose varchar(20) NOT NULL,
    database_role varchar(63) NOT NULL,
    institution_id integer,
    resident_id bigint,
    about_residents boolean NOT NULL,
    before jsonb,
    after jsonb,
    PRIMARY KEY (id, happened_at)
) PARTITION BY RANGE (happened_at);
ALTER SEQUENCE public.trail_rowchange_id_seq OWNED BY public.trail_rowchange.id;
CREATE INDEX trail_rowchange_row ON public.trail_rowchange (table_name, row_key, happened_at);
CREATE INDEX trail_rowchange_account ON public.trail_rowchange (account_id, happened_at);
CREATE INDEX trail_rowchange_institution ON public.trail_rowchange (institution_id, happened_at);

-- Called by the triggers that KeepHistory makes, with what it needs to know of the table: key column, institution's,
-- resident's, whether the rows tell about residents, columns withheld, columns ignored. Runs with the owner's rights: the
-- product itself may not write here, so that nobody forges or leaves out a line. Who acted is taken from the signed
-- scope; a forged one fails the whole statement.
CREATE FUNCTION public.trail_keep_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key text := TG_ARGV[0];
    institution text := TG_ARGV[1];
    resident text := TG_ARGV[2];
    about boolean := TG_ARGV[3];
    withheld text[] := string_to_array(TG_ARGV[4], ',');
    ignored text[] := string_to_array(TG_ARGV[5], ',');
    account bigint := scope.account_id();
    by_resident bigint := scope.resident_id();
    why text := scope.purpose();
    many integer;
    keys jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT count(*) INTO many FROM changed_new;
        IF many > 1000 THEN  -- a bulk load is one act: its rows carry themselves what they say
            EXECUTE format('SELECT jsonb_build_object(''first'', min(%1$I), ''last'', max(%1$I)) FROM changed_new', key)
               INTO keys;
            INSERT INTO public.trail_rowchange (table_name, row_key, row_count, operation, account_id, by_resident_id,
                                                purpose, database_role, about_residents, after)
            VALUES (TG_TABLE_NAME, keys ->> 'first', many, 'insert', account, by_resident, why, session_user, about,
                    keys);
        ELSE
            INSERT INTO public.trail_rowchange (table_name, row_key, operation, account_id, by_resident_id, purpose,
                                                database_role, institution_id, resident_id, about_residents)
            SELECT TG_TABLE_NAME, n.row ->> key, 'insert', account, by_resident, why, session_user,
                   (n.row ->> institution)::integer, (n.row ->> resident)::bigint, about
              FROM (SELECT to_jsonb(t) AS row FROM changed_new t) n;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        -- a row whose key was changed has no partner: it appears as removed and made
        WITH former AS MATERIALIZED (SELECT to_jsonb(t) AS row FROM changed_old t),
             latter AS MATERIALIZED (SELECT to_jsonb(t) AS row FROM changed_new t)
        INSERT INTO public.trail_rowchange (table_name, row_key, operation, account_id, by_resident_id, purpose,
                                            database_role, institution_id, resident_id, about_residents, before, after)
        SELECT TG_TABLE_NAME, coalesce(latter.row, former.row) ->> key,
               CASE WHEN latter.row IS NULL THEN 'delete' WHEN former.row IS NULL THEN 'insert' ELSE 'update' END,
               account, by_resident, why, session_user,
               (coalesce(latter.row, former.row) ->> institution)::integer, (coalesce(latter.row, former.row) ->> resident)::bigint,
               about, changed.before, changed.after
          FROM former FULL JOIN latter ON former.row ->> key = latter.row ->> key
         CROSS JOIN LATERAL (
               SELECT jsonb_object_agg(field.k, CASE WHEN field.k = ANY (withheld) THEN '"·"' ELSE field.v END) AS before,
                      jsonb_object_agg(field.k, CASE WHEN field.k = ANY (withheld) THEN '"·"' ELSE latter.row -> field.k END)
                          FILTER (WHERE latter.row IS NOT NULL) AS after
                 FROM jsonb_each(former.row) AS field (k, v)
                WHERE latter.row IS NULL OR ((latter.row -> field.k) IS DISTINCT FROM field.v AND NOT field.k = ANY (ignored))
               ) changed
         WHERE changed.before IS NOT NULL OR former.row IS NULL;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.trail_rowchange (table_name, row_key, operation, account_id, by_resident_id, purpose,
                                            database_role, institution_id, resident_id, about_residents, before)
        SELECT TG_TABLE_NAME, o.row ->> key, 'delete', account, by_resident, why, session_user,
               (o.row ->> institution)::integer, (o.row ->> resident)::bigint, about, o.row - withheld
          FROM (SELECT to_jsonb(t) AS row FROM changed_old t) o;
    ELSE
        INSERT INTO public.trail_rowchange (table_name, row_key, row_count, operation, account_id, by_resident_id,
                                            purpose, database_role, about_residents)
        VALUES (TG_TABLE_NAME, '*', 0, 'truncate', account, by_resident, why, session_user, about);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION public.trail_keep_history() FROM PUBLIC;
