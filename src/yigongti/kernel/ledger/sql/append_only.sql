-- The journal is only ever added to: by no role, also not by the owner of the tables or the one that passes row
-- security, and not under the switch of maintenance. An error is reversed.
CREATE FUNCTION public.ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of the ledger is refused: entries are only ever added, and reversed', TG_OP
        USING ERRCODE = 'YL001';
END $$;
REVOKE ALL ON FUNCTION public.ledger_refuse_change() FROM PUBLIC;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON public.ledger_entry
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON public.ledger_posting
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON public.ledger_periodstate
    FOR EACH ROW EXECUTE FUNCTION public.ledger_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.ledger_periodstate
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse_change();

REVOKE ALL ON public.ledger_entry, public.ledger_posting, public.ledger_periodstate FROM yigongti_bulk;
GRANT SELECT, INSERT ON public.ledger_entry, public.ledger_posting, public.ledger_periodstate TO yigongti_bulk;
