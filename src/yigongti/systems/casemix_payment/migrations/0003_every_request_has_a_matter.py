"""A migration of its own: PostgreSQL changes no table on which the same transaction has pending checks of keys."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casemix_payment', '0002_matter_of_a_request'),
    ]

    operations = [
        migrations.AlterField(
            model_name='adjustmentrequest',
            name='matter',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter'),
        ),
    ]
