from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Apart from the first: Django adds foreign keys at the very end of the migration that makes them."""

    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL((SQL / "told_at_once.sql").read_text("utf-8"), migrations.RunSQL.noop)]
