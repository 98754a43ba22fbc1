"""The functions that policies ask, before there is any table to protect."""

from pathlib import Path

from django.db import migrations

FUNCTIONS = (Path(__file__).parent.parent / "scope_functions.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FUNCTIONS.replace("%", "%%"), migrations.RunSQL.noop)]
