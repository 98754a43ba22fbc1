-- After Protect. The history is written by its triggers alone. Of a view, the product may write what it knows and
-- nothing that tells order or time: id, transaction and recorded_at are the database's own.
CREATE POLICY "record" ON public.trail_rowchange FOR INSERT TO yigongti_owner WITH CHECK (true);
REVOKE ALL ON public.trail_rowchange, public.trail_view, public.trail_block, public.trail_keeping FROM yigongti_bulk;
GRANT SELECT ON public.trail_rowchange, public.trail_view, public.trail_block, public.trail_keeping TO yigongti_bulk;
GRANT INSERT (happened_at, account_id, by_resident_id, client, viewer, institution_id, resident_id, what, why, address,
              request_id) ON public.trail_view TO yigongti_app, yigongti_bulk;
GRANT INSERT ON public.trail_block, public.trail_keeping TO yigongti_bulk;
