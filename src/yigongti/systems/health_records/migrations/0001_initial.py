"""Counts of residents by institution and village: rows by institution, written by the bulk connection alone."""

import django.db.models.deletion
from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect


class Migration(migrations.Migration):
    initial = True

    dependencies = [("organisations", "0002_teams")]

    operations = [
        migrations.CreateModel(
            name="ResidentCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("village_code", models.CharField(blank=True, default="", max_length=12, verbose_name="Village")),
                ("registered", models.IntegerField(verbose_name="Registered")),
                ("with_record", models.IntegerField(verbose_name="With a record")),
                ("fresh", models.IntegerField(verbose_name="Written to within a year")),
                ("complete", models.IntegerField(verbose_name="Registration complete")),
                ("doubtful", models.IntegerField(verbose_name="In doubtful pairs")),
                ("last_written_at", models.DateTimeField(blank=True, null=True)),
                ("counted_at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.institution"
                    ),
                ),
            ],
            options={
                "ordering": ("institution_id", "village_code"),
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "village_code"), name="health_records_count_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("with_record__lte", models.F("registered")),
                            ("fresh__lte", models.F("with_record")),
                            ("complete__lte", models.F("registered")),
                        ),
                        name="health_records_count_parts",
                    ),
                ],
            },
        ),
        Protect("health_records_residentcount", write="false", grant="SELECT"),
    ]
