"""Row history by triggers, and the log of who looked at whose record, sealed in blocks."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect
from yigongti.kernel.people.row_rules import MERGING
from yigongti.kernel.trail.row_history import KeepHistory

SQL = Path(__file__).parent.parent / "sql"
OWN_VIEWS = "resident_id = ANY ((SELECT public.trail_same_person(scope.resident_id()))::bigint[])"
OWN_LINES = "(account_id > 0 AND account_id = (SELECT scope.account_id()))"
GUARDS = "(SELECT scope.span('guarding'))"
TRACES = "(SELECT scope.span('tracing'))"
WHOLE_TREE = "EXISTS (SELECT 1 FROM organisations_institution i WHERE i.parent_id IS NULL AND i.id <@ {span})"
OF_ACCOUNT = (
    "(table_name = 'access_account' AND EXISTS (SELECT 1 FROM access_post p"
    f" WHERE p.account_id::text = trail_rowchange.row_key AND p.institution_id <@ {TRACES}))"
)
SIGNING_IN_COUNTERS = ["failed_sign_ins", "last_signed_in_at", "last_second_factor_step"]


def at_own_institution_or_whole_tree(span):
    """Rows of an institution are read by posts there; rows of none, by posts that reach the whole tree."""
    return f"(institution_id <@ {span} OR (institution_id IS NULL AND {WHOLE_TREE.format(span=span)}))"


INSTITUTION = models.ForeignKey(
    db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+',
    to='organisations.institution',
)
STATE = [
    migrations.CreateModel(
        name='RowChange',
        fields=[
            ('id', models.BigIntegerField(primary_key=True, serialize=False)),
            ('happened_at', models.DateTimeField()),
            ('transaction_id', models.BigIntegerField()),
            ('table_name', models.CharField(max_length=63)),
            ('row_key', models.CharField(max_length=64)),
            ('row_count', models.IntegerField()),
            ('operation', models.CharField(choices=[('insert', 'Added'), ('update', 'Changed'), ('delete', 'Removed'), ('truncate', 'Emptied')], max_length=8)),
            ('account_id', models.BigIntegerField(help_text='from the signed scope; 0: none, see by_resident_id, database_role')),
            ('by_resident_id', models.BigIntegerField(help_text='the resident who acted; 0: staff')),
            ('purpose', models.CharField(max_length=20)),
            ('database_role', models.CharField(max_length=63)),
            ('resident_id', models.BigIntegerField(null=True)),
            ('about_residents', models.BooleanField()),
            ('before', models.JSONField(null=True)),
            ('after', models.JSONField(null=True)),
            ('institution', INSTITUTION),
        ],
        options={'ordering': ('-id',)},
    ),
    migrations.CreateModel(
        name='View',
        fields=[
            ('id', models.BigIntegerField(primary_key=True, serialize=False)),
            ('transaction_id', models.BigIntegerField()),
            ('recorded_at', models.DateTimeField()),
            ('happened_at', models.DateTimeField()),
            ('account_id', models.BigIntegerField(help_text='0: a resident looked')),
            ('by_resident_id', models.BigIntegerField(help_text='the resident who looked; 0: staff or a system')),
            ('client', models.CharField(help_text='the system that asked, if it was one', max_length=64)),
            ('viewer', models.CharField(max_length=64)),
            ('resident_id', models.BigIntegerField()),
            ('what', models.TextField()),
            ('why', models.TextField()),
            ('address', models.GenericIPAddressField(null=True)),
            ('request_id', models.CharField(max_length=32)),
            ('institution', INSTITUTION),
        ],
        options={'ordering': ('-id',)},
    ),
    migrations.CreateModel(
        name='Block',
        fields=[
            ('number', models.IntegerField(primary_key=True, serialize=False)),
            ('month', models.DateField()),
            ('first_id', models.BigIntegerField()),
            ('last_id', models.BigIntegerField()),
            ('row_count', models.IntegerField()),
            ('first_at', models.DateTimeField()),
            ('last_at', models.DateTimeField()),
            ('floor_id', models.BigIntegerField(help_text='no line up to here can still appear')),
            ('seen_id', models.BigIntegerField(help_text='the highest id that was given out when the block was sealed')),
            ('seen_transaction', models.BigIntegerField(help_text='once all before it have ended, seen_id is the floor')),
            ('sealed_at', models.DateTimeField()),
            ('root', models.CharField(max_length=64)),
            ('previous', models.CharField(max_length=64)),
            ('digest', models.CharField(max_length=64)),
        ],
        options={'ordering': ('-number',)},
    ),
]


class Migration(migrations.Migration):

    dependencies = [
        ('trail', '0001_initial'),
        ('access', '0004_residents'),
        ('organisations', '0002_teams'),
        ('people', '0001_residents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Keeping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('anchored', 'Anchor exported'), ('verified', 'Verified'), ('retired', 'Month retired')], max_length=10)),
                ('done_at', models.DateTimeField()),
                ('block_number', models.IntegerField(help_text='the last block that it concerns')),
                ('month', models.DateField(blank=True, null=True)),
                ('detail', models.JSONField(default=dict)),
            ],
            options={'ordering': ('-id',)},
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=STATE,
            database_operations=[
                migrations.RunSQL((SQL / "row_history.sql").read_text(encoding="utf-8")),
                migrations.RunSQL((SQL / "view_log.sql").read_text(encoding="utf-8")),
                migrations.RunSQL((SQL / "months.sql").read_text(encoding="utf-8")),
            ],
        ),
        # read by posts with trail.see; what tells about residents, only by those who guard who looks at whose record
        Protect(
            "trail_rowchange",
            read=(
                f"(NOT about_residents AND ({at_own_institution_or_whole_tree(TRACES)} OR {OF_ACCOUNT}))"
                f" OR (about_residents AND {at_own_institution_or_whole_tree(GUARDS)}) OR {MERGING}"
            ),
            write="false",
            grant="SELECT",
        ),
        # read by the resident, by whoever looked, by those who guard; added by whoever looks, in the own name alone
        Protect(
            "trail_view",
            read=f"{OWN_VIEWS} OR {OWN_LINES} OR institution_id <@ {GUARDS} OR {MERGING}",
            write=(
                "account_id = (SELECT scope.account_id()) AND by_resident_id = (SELECT scope.resident_id())"
                " AND ((account_id > 0 AND institution_id <@ (SELECT scope.readable()))"
                " OR (by_resident_id > 0 AND institution_id IS NULL))"
            ),
            grant="SELECT",
        ),
        Protect("trail_block", read=f"NOT isempty({GUARDS})", write="false", grant="SELECT"),
        Protect("trail_keeping", read=f"NOT isempty({GUARDS})", write="false", grant="SELECT"),
        migrations.RunSQL((SQL / "rights.sql").read_text(encoding="utf-8")),
        KeepHistory(
            "access_account", institution="", withheld=["password", "second_factor_secret", "recovery_codes"],
            ignored=SIGNING_IN_COUNTERS,
        ),
        KeepHistory("access_post"),
        KeepHistory("access_teammember", institution=""),
        KeepHistory("organisations_institution", institution="id"),
        KeepHistory("organisations_department"),
        KeepHistory("organisations_staffmember"),
        KeepHistory("organisations_team"),
        KeepHistory("people_household", about_residents=True),
        KeepHistory("people_resident", resident="id", about_residents=True),
        KeepHistory("people_identifier", resident="resident_id", about_residents=True),
        KeepHistory("people_residentgroup", institution="", resident="resident_id", about_residents=True),
        KeepHistory("people_care", resident="resident_id", about_residents=True),
        KeepHistory("people_opening", resident="resident_id", about_residents=True),
        KeepHistory("people_usedcode", resident="resident_id", about_residents=True),
        KeepHistory("people_doubtfulpair", institution="", about_residents=True),
        KeepHistory("people_merge", institution="", about_residents=True),
        KeepHistory("people_movedrow", institution="", about_residents=True),
    ]
