"""Resources, their versions and index tables, and who sees them."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect
from yigongti.kernel.records.row_policies import reads_index, reads_resource, writes_index, writes_resource

TABLES = (Path(__file__).parent.parent / "tables.sql").read_text(encoding="utf-8")
INDEX_TABLES = ("token", "string", "date", "reference", "quantity", "uri")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0002_teams'),
        ('people', '0001_residents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(db_collation='C', max_length=40)),
                ('fhir_id', models.CharField(db_collation='C', max_length=64)),
                ('version', models.IntegerField(default=1)),
                ('category', models.CharField(db_collation='C', max_length=14)),
                ('updated_at', models.DateTimeField()),
                ('deleted', models.BooleanField(default=False)),
                ('account_id', models.BigIntegerField(default=0, help_text='who wrote this version; 0: loaded')),
                ('body', models.JSONField(null=True)),
                ('institution', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
                ('resident', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.resident')),
            ],
            options={
                'indexes': [models.Index(fields=['resident', 'type', 'id'], name='records_resource_resident'), models.Index(fields=['type', 'updated_at', 'id'], name='records_resource_updated')],
                'constraints': [models.UniqueConstraint(fields=('type', 'fhir_id'), name='records_resource_once')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('pk', models.CompositePrimaryKey('resource_id', 'version', blank=True, editable=False, primary_key=True, serialize=False)),
                ('resource_id', models.BigIntegerField()),
                ('version', models.IntegerField()),
                ('type', models.CharField(db_collation='C', max_length=40)),
                ('fhir_id', models.CharField(db_collation='C', max_length=64)),
                ('resident_id', models.BigIntegerField(null=True)),
                ('category', models.CharField(db_collation='C', max_length=14)),
                ('updated_at', models.DateTimeField()),
                ('deleted', models.BooleanField(default=False)),
                ('account_id', models.BigIntegerField(default=0)),
                ('body', models.JSONField(null=True)),
                ('institution', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'indexes': [models.Index(fields=['resident_id', 'type'], name='records_version_resident'), models.Index(fields=['type', 'updated_at'], name='records_version_updated')],
            },
        ),
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        Protect(
            "records_resource",
            read=reads_resource("records_resource"),
            write=writes_resource("records_resource"),
            grant="SELECT, INSERT, UPDATE",
        ),
        # a version is written once; merging gives it to another resident
        Protect(
            "records_version",
            read=reads_resource("records_version"),
            write=writes_resource("records_version"),
            grant="SELECT, INSERT, UPDATE",
        ),
        *(
            Protect(f"records_{kind}", read=reads_index(f"records_{kind}"), write=writes_index(f"records_{kind}"))
            for kind in INDEX_TABLES
        ),
    ]
