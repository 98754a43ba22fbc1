"""Which facts and which policy release the published quality of a month rests on; no rows about institutions."""

import django.db.models.functions.datetime
from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect

EVERYONE = "(SELECT scope.account_id()) > 0"


class Migration(migrations.Migration):

    dependencies = [("front_pages", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="JudgedMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(max_length=7, unique=True)),
                ("snapshot_digest", models.CharField(max_length=64)),
                ("versions", models.JSONField(default=dict)),
                ("release", models.CharField(help_text="digest of the policy release", max_length=64)),
                ("published_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"ordering": ("-month",)},
        ),
        Protect("front_pages_judgedmonth", read=EVERYONE, write="false", grant="SELECT"),
    ]
