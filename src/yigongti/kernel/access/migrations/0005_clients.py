"""Systems that exchange data: their accounts sign in nowhere, their clients show tokens."""

import django.db.models.deletion
from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect
from yigongti.kernel.trail.row_history import KeepHistory

CONNECTED = "institution_id <@ (SELECT scope.span('connecting'))"


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_residents'),
        ('organisations', '0002_teams'),
        ('trail', '0002_history_and_views'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='kind',
            field=models.CharField(choices=[('person', 'Person'), ('system', 'Exchanging system')], default='person', max_length=6),
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=64, verbose_name='Name')),
                ('secret_hash', models.CharField(max_length=64)),
                ('scopes', models.JSONField(default=list)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('created_by_id', models.BigIntegerField(default=0, help_text='account; 0: the command line')),
                ('epoch', models.PositiveIntegerField(default=1)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='client', to='access.account')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        # read while a token is made or checked, and by those who manage the clients of the institution
        Protect(
            "access_client",
            read=f"(SELECT scope.purpose()) = 'sign_in' OR {CONNECTED}",
            write=f"(SELECT scope.purpose()) = 'accounts' AND {CONNECTED}",
            grant="SELECT, INSERT, UPDATE",
        ),
        KeepHistory("access_client", withheld=["secret_hash"]),
    ]
