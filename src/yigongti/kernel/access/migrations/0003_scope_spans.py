"""The scope carries named spans: institutions where the actor cares for residents, registers them, and so on."""

from pathlib import Path

from django.db import migrations

FUNCTIONS = (Path(__file__).parent.parent / "scope_spans.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("access", "0002_accounts")]
    operations = [migrations.RunSQL(FUNCTIONS.replace("%", "%%"), migrations.RunSQL.noop)]
