"""One more kind may be submitted: settlements. Nothing changes in the database."""

from django.db import migrations, models

KINDS = [
    ("discharges", "Discharges"),
    ("fee_lines", "Fee lines"),
    ("settlement_lists", "Settlement lists"),
    ("visits", "Visits"),
    ("stock_moves", "Stock moves"),
    ("settlements", "Settlements"),
]


class Migration(migrations.Migration):
    dependencies = [("front_pages", "0003_visits_and_stock")]

    operations = [
        migrations.AlterField("submission", "kind", models.CharField(choices=KINDS, max_length=32)),
        migrations.AlterField("mappingprofile", "kind", models.CharField(choices=KINDS, max_length=32)),
    ]
