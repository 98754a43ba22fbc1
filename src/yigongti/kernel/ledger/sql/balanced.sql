-- Whole fen in yuan; the day of the entry, its book and its number together.
ALTER TABLE public.ledger_posting
    ADD CONSTRAINT ledger_posting_whole_fen CHECK (unit <> 'CNY' OR amount = round(amount, 2)),
    ADD CONSTRAINT ledger_posting_of_entry FOREIGN KEY (entry_id, book_id, "on")
        REFERENCES public.ledger_entry (id, book_id, "on");
-- An entry has as many postings as it says: its last one is there when the statement ends.
ALTER TABLE public.ledger_entry
    ADD CONSTRAINT ledger_entry_has_postings FOREIGN KEY (id, last_line)
        REFERENCES public.ledger_posting (entry_id, line);

-- All postings of an entry come in one statement and sum to zero for each unit. They are numbered 1, 2, … so that nothing
-- can be added to an entry later: its first number is taken. Nothing is read but the rows of the statement.
CREATE FUNCTION public.ledger_check_postings() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT a.entry_id, a.unit, sum(a.amount) AS left_over INTO wrong
      FROM added a GROUP BY a.entry_id, a.unit HAVING sum(a.amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the postings of entry % leave % %', wrong.entry_id, wrong.left_over, wrong.unit
            USING ERRCODE = 'YL002';
    END IF;
    SELECT a.entry_id INTO wrong
      FROM added a GROUP BY a.entry_id HAVING count(*) < 2 OR min(a.line) <> 1 OR max(a.line) <> count(*) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the postings of entry % are not numbered from 1', wrong.entry_id USING ERRCODE = 'YL002';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION public.ledger_check_postings() FROM PUBLIC;
CREATE TRIGGER check_postings AFTER INSERT ON public.ledger_posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_check_postings();

-- A book is locked by number: whoever posts shares the lock, whoever closes a month has it alone. So nobody posts into a
-- month that is being closed at the same moment, and those who post do not wait for each other.
CREATE FUNCTION public.ledger_book_lock(book integer) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT (4713::bigint << 32) | book::bigint $$;
REVOKE ALL ON FUNCTION public.ledger_book_lock(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.ledger_book_lock(integer) TO yigongti_app, yigongti_bulk;

-- A month is closed when its own last line says so; without a line of its own, when a later month of the book was ever
-- closed: what a closed month brings forward does not change behind its back.
CREATE FUNCTION public.ledger_is_closed(book integer, told_month text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT p.state = 'closed' FROM public.ledger_periodstate p
          WHERE p.book_id = book AND p.month = told_month ORDER BY p.number DESC LIMIT 1),
        EXISTS (SELECT 1 FROM public.ledger_periodstate p
                 WHERE p.book_id = book AND p.month > told_month AND p.state = 'closed'))
$$;
REVOKE ALL ON FUNCTION public.ledger_is_closed(integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.ledger_is_closed(integer, text) TO yigongti_app, yigongti_bulk;

CREATE FUNCTION public.ledger_check_entries() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told record;
BEGIN
    FOR told IN SELECT DISTINCT a.book_id, a.month FROM added a ORDER BY 1, 2 LOOP
        PERFORM pg_advisory_xact_lock_shared(public.ledger_book_lock(told.book_id));
        IF public.ledger_is_closed(told.book_id, told.month) THEN
            RAISE EXCEPTION '%|%', told.book_id, told.month USING ERRCODE = 'YL003';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION public.ledger_check_entries() FROM PUBLIC;
CREATE TRIGGER check_entries AFTER INSERT ON public.ledger_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_check_entries();

CREATE FUNCTION public.ledger_check_period() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(public.ledger_book_lock(NEW.book_id));
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.ledger_check_period() FROM PUBLIC;
CREATE TRIGGER check_period BEFORE INSERT ON public.ledger_periodstate
    FOR EACH ROW EXECUTE FUNCTION public.ledger_check_period();
