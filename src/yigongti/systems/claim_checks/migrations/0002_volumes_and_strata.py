"""What was looked at of each institution's month; how a sample's strata, rows and draw were made."""

import django.db.models.deletion
from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect


class Migration(migrations.Migration):

    dependencies = [
        ('claim_checks', '0001_initial'),
        ('organisations', '0002_teams'),
    ]

    operations = [
        migrations.AddField(
            model_name='sample',
            name='allocation',
            field=models.CharField(choices=[('yuan', 'In proportion to yuan'), ('neyman', 'By how far amounts differ (Neyman)')], default='yuan', max_length=8),
        ),
        migrations.AddField(
            model_name='sample',
            name='method',
            field=models.CharField(choices=[('hash', 'Hash of seed and row'), ('random', 'Random generator')], default='random', max_length=8),
        ),
        migrations.AddField(
            model_name='sample',
            name='strata',
            field=models.CharField(choices=[('check', 'Check'), ('check,institution', 'Check and institution'), ('check,band', 'Check and band of amounts'), ('check,institution,band', 'Check, institution and band of amounts')], default='check', max_length=32),
        ),
        migrations.CreateModel(
            name='InstitutionVolume',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('bills', models.IntegerField()),
                ('lines', models.BigIntegerField()),
                ('claimed', models.DecimalField(decimal_places=2, max_digits=18)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'ordering': ('institution_id', 'month'),
                'constraints': [models.UniqueConstraint(fields=('institution', 'month'), name='claim_checks_volume_once')],
            },
        ),
        # published with the month: the close writes it in bulk, pages only read
        Protect("claim_checks_institutionvolume", write="false", grant="SELECT"),
    ]
