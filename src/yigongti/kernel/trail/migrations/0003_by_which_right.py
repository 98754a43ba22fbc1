"""A view whose reason was not told is kept with the relation that opened the record."""

from pathlib import Path

from django.db import migrations

FUNCTION = (Path(__file__).parent.parent / "sql" / "by_which_right.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_history_and_views")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION public.trail_by_which_right(bigint)")]
