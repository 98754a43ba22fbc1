-- An institution or a resident that does not exist is told to whoever posts, not to whoever commits.
DO $$
DECLARE
    told record;
BEGIN
    FOR told IN SELECT c.conrelid::regclass AS place, c.conname FROM pg_constraint c
                 WHERE c.contype = 'f' AND c.condeferrable
                   AND c.conrelid IN ('public.ledger_entry'::regclass, 'public.ledger_posting'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', told.place, told.conname);
    END LOOP;
END $$;
