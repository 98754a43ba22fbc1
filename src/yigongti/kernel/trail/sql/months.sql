-- A partition for each month, made ahead, closed to everyone: rows are reached through the parent and its policies only.
-- What has fallen into the default partition meanwhile is moved over. Runs with the owner's rights, because the worker
-- has none to make tables; makes these partitions and nothing else. Answers how many were made.
CREATE FUNCTION public.trail_make_months(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    kept record;
    month timestamp;
    name text;
    first timestamptz;
    past timestamptz;
    made integer := 0;
    before text := coalesce(current_setting('app.maintenance', true), '');
BEGIN
    PERFORM set_config('app.maintenance', 'on', true);
    FOR kept IN SELECT * FROM (VALUES ('trail_rowchange', 'happened_at'), ('trail_view', 'recorded_at')) t (tab, at) LOOP
        FOR month IN EXECUTE format(
            'SELECT date_trunc(''month'', now() AT TIME ZONE ''Asia/Shanghai'') + make_interval(months => n)'
            '  FROM generate_series(0, %s) n'
            ' UNION SELECT DISTINCT date_trunc(''month'', %I AT TIME ZONE ''Asia/Shanghai'') FROM public.%I',
            least(ahead, 12), kept.at, kept.tab || '_default')
        LOOP
            name := kept.tab || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
            first := month AT TIME ZONE 'Asia/Shanghai';
            past := (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai';
            EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', name, kept.tab);
            EXECUTE format('INSERT INTO public.%I SELECT * FROM public.%I WHERE %I >= %L AND %I < %L',
                           name, kept.tab || '_default', kept.at, first, kept.at, past);
            EXECUTE format('DELETE FROM public.%I WHERE %I >= %L AND %I < %L',
                           kept.tab || '_default', kept.at, first, kept.at, past);
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                           kept.tab, name, first, past);
            PERFORM public.trail_close_partition(name);
            made := made + 1;
        END LOOP;
    END LOOP;
    PERFORM set_config('app.maintenance', before, true);
    RETURN made;
END $$;

CREATE FUNCTION public.trail_close_partition(name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY see ON public.%I FOR SELECT TO yigongti_app USING (false)', name);
    EXECUTE format('CREATE POLICY maintain ON public.%I FOR ALL TO yigongti_owner'
                   ' USING ((SELECT current_setting(''app.maintenance'', true)) = ''on'')', name);
    EXECUTE format('REVOKE ALL ON public.%I FROM yigongti_app, yigongti_bulk', name);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.%I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION public.trail_refuse_change()', name);
END $$;

REVOKE ALL ON FUNCTION public.trail_make_months(integer), public.trail_close_partition(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.trail_make_months(integer) TO yigongti_app, yigongti_bulk, yigongti_owner;

CREATE TABLE public.trail_rowchange_default PARTITION OF public.trail_rowchange DEFAULT;
CREATE TABLE public.trail_view_default PARTITION OF public.trail_view DEFAULT;
SELECT public.trail_close_partition('trail_rowchange_default'), public.trail_close_partition('trail_view_default');

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON public.trail_rowchange
    FOR EACH ROW EXECUTE FUNCTION public.trail_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON public.trail_view
    FOR EACH ROW EXECUTE FUNCTION public.trail_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON public.trail_block
    FOR EACH ROW EXECUTE FUNCTION public.trail_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON public.trail_keeping
    FOR EACH ROW EXECUTE FUNCTION public.trail_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.trail_rowchange
    FOR EACH STATEMENT EXECUTE FUNCTION public.trail_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.trail_view
    FOR EACH STATEMENT EXECUTE FUNCTION public.trail_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.trail_block
    FOR EACH STATEMENT EXECUTE FUNCTION public.trail_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.trail_keeping
    FOR EACH STATEMENT EXECUTE FUNCTION public.trail_refuse_change();
SELECT public.trail_make_months(2);
