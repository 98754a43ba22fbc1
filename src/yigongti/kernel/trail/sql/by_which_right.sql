-- The relation that lets whoever is in the scope see a resident (people/row_rules.py), in words of Care.Kind and
-- Opening.Kind: 'contract, encounter'; '' where there is none. With the caller's own rights. A function and not a part of the
-- INSERT, because PostgreSQL keeps its plan for the connection: planning it anew cost more than asking.
CREATE FUNCTION public.trail_by_which_right(resident bigint) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found text;
BEGIN
    SELECT string_agg(DISTINCT relation.kind, ', ' ORDER BY relation.kind) INTO found
      FROM (SELECT c.kind FROM public.people_care c
             WHERE c.resident_id = resident
               AND c.valid_from <= (SELECT scope.today()) AND c.valid_to >= (SELECT scope.today())
               AND ((c.team_id IS NULL AND c.institution_id <@ (SELECT scope.span('caring')))
                    OR c.team_id <@ (SELECT scope.span('teams')))
            UNION ALL
            SELECT o.kind FROM public.people_opening o
             WHERE o.resident_id = resident AND o.account_id = (SELECT scope.account_id()) AND o.closed_at IS NULL
               AND o.started_at <= now() AND o.ends_at > now()) relation;
    IF found IS NULL AND NOT isempty(scope.span('public_health')) THEN
        found := 'public_health';
    END IF;
    RETURN coalesce(found, '');
END $$;
REVOKE ALL ON FUNCTION public.trail_by_which_right(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.trail_by_which_right(bigint) TO yigongti_app, yigongti_bulk, yigongti_owner;
