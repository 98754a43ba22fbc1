import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect

EVERYONE = "(SELECT scope.account_id()) > 0"


def holds(span: str) -> str:
    """Any post with the span's permission: reference data are nobody's rows."""
    return f"NOT isempty((SELECT scope.span('{span}')))"


def lies_in(span: str) -> str:
    return f"institution_id <@ (SELECT scope.span('{span}'))"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0002_teams'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7, unique=True)),
                ('release', models.CharField(max_length=64)),
                ('snapshot', models.JSONField(default=dict)),
                ('snapshot_digest', models.CharField(max_length=64)),
                ('months_read', models.JSONField(default=list)),
                ('months_read_digest', models.CharField(blank=True, default='', max_length=64)),
                ('checks_digest', models.CharField(max_length=64)),
                ('absent', models.JSONField(default=list)),
                ('key', models.CharField(max_length=200)),
                ('digests', models.JSONField(default=dict, help_text='derived table → SHA-256 of its bytes')),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-month',),
            },
        ),
        migrations.CreateModel(
            name='ChangeOfCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_id', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('parameters', 'Other thresholds'), ('strength', 'Another strength'), ('pause', 'Pause the check'), ('resume', 'Resume the check')], max_length=10)),
                ('parameters', models.JSONField(default=dict)),
                ('strength', models.CharField(blank=True, choices=[('violation', 'Violation'), ('doubtful', 'Doubtful'), ('clue', 'Clue')], default='', max_length=10)),
                ('valid_from', models.DateField()),
                ('reason', models.TextField()),
                ('rehearsal', models.JSONField(default=dict)),
                ('rehearsed_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('in_force', 'Signed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=10)),
                ('matter_id', models.BigIntegerField(default=0)),
                ('made_by_id', models.BigIntegerField()),
                ('made_by_name', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('signed_by_name', models.CharField(blank=True, default='', max_length=64)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'in_force'), _negated=True), models.Q(('rehearsed_at__isnull', False), ('signed_at__isnull', False)), _connector='OR'), name='claim_checks_change_rehearsed'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='claim_checks_change_reason')],
            },
        ),
        migrations.CreateModel(
            name='KnowledgeBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('upload', models.CharField(max_length=32)),
                ('check_id', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=200)),
                ('url', models.CharField(blank=True, default='', max_length=300)),
                ('published_on', models.DateField()),
                ('valid_from', models.DateField()),
                ('whole', models.BooleanField(default=False)),
                ('layout', models.CharField(blank=True, default='', max_length=64)),
                ('file_name', models.CharField(max_length=255)),
                ('file_digest', models.CharField(max_length=64)),
                ('problems', models.JSONField(default=list, help_text="what was told of the workbook's rows: sheet, row, zh, en")),
                ('rows', models.IntegerField()),
                ('added', models.IntegerField()),
                ('changed', models.IntegerField()),
                ('ended', models.IntegerField()),
                ('unchanged', models.IntegerField()),
                ('state', models.CharField(choices=[('draft', 'Being looked at'), ('proposed', 'Waiting for the second person'), ('in_force', 'Taken over'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('matter_id', models.BigIntegerField(default=0)),
                ('made_by_id', models.BigIntegerField()),
                ('made_by_name', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['in_force', 'withdrawn']), _negated=True), ('taken_at__isnull', False), _connector='OR'), name='claim_checks_batch_taken_at')],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('seed', models.BigIntegerField()),
                ('size', models.IntegerField()),
                ('level', models.DecimalField(decimal_places=3, help_text='of the one-sided bound, such as 0.950', max_digits=4)),
                ('key', models.CharField(help_text="of the month's findings that it was drawn from", max_length=200)),
                ('population', models.JSONField(default=dict)),
                ('made_by_id', models.BigIntegerField()),
                ('made_by_name', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='SelfCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('of_files', models.BooleanField()),
                ('file_names', models.CharField(blank=True, default='', max_length=500)),
                ('made_by_id', models.BigIntegerField()),
                ('made_by_name', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('checks_digest', models.CharField(max_length=64)),
                ('bills', models.IntegerField()),
                ('lines', models.IntegerField()),
                ('findings', models.IntegerField()),
                ('violation_amount', models.DecimalField(decimal_places=2, max_digits=16)),
                ('doubtful_amount', models.DecimalField(decimal_places=2, max_digits=16)),
                ('clue_amount', models.DecimalField(decimal_places=2, max_digits=16)),
                ('absent', models.JSONField(default=list)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'ordering': ('-made_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='BillFindings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('department_code', models.CharField(blank=True, max_length=20)),
                ('physician', models.CharField(blank=True, max_length=64)),
                ('case_id', models.CharField(max_length=64)),
                ('resident_id', models.BigIntegerField(default=0)),
                ('care_setting', models.CharField(max_length=1)),
                ('started_on', models.DateField()),
                ('ended_on', models.DateField()),
                ('principal_diagnosis', models.CharField(blank=True, max_length=24)),
                ('total_cost', models.DecimalField(decimal_places=2, max_digits=14)),
                ('strength', models.CharField(choices=[('violation', 'Violation'), ('doubtful', 'Doubtful'), ('clue', 'Clue')], help_text='of its strongest finding', max_length=10)),
                ('findings', models.IntegerField()),
                ('violation_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('doubtful_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('clue_amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('counted', models.DecimalField(decimal_places=2, max_digits=14)),
                ('checks', models.TextField()),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'ordering': ('institution_id', 'case_id'),
                'indexes': [models.Index(fields=['month', 'institution', 'counted', 'id'], name='claim_checks_bill_counted')],
                'constraints': [models.UniqueConstraint(fields=('institution', 'month', 'case_id'), name='claim_checks_bill_once'), models.CheckConstraint(condition=models.Q(('counted', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('violation_amount'), '+', models.F('doubtful_amount')), '+', models.F('clue_amount')))), name='claim_checks_bill_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='CheckSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('department_code', models.CharField(blank=True, max_length=20)),
                ('physician', models.CharField(blank=True, max_length=64)),
                ('check_id', models.CharField(max_length=64)),
                ('strength', models.CharField(choices=[('violation', 'Violation'), ('doubtful', 'Doubtful'), ('clue', 'Clue')], max_length=10)),
                ('findings', models.IntegerField()),
                ('bills', models.IntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16)),
                ('counted', models.DecimalField(decimal_places=2, max_digits=16)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'ordering': ('institution_id', 'department_code', 'physician', 'check_id'),
                'indexes': [models.Index(fields=['institution', 'month'], name='claim_checks_sum_place')],
                'constraints': [models.UniqueConstraint(fields=('month', 'institution', 'department_code', 'physician', 'check_id', 'strength'), name='claim_checks_sum_once')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('department_code', models.CharField(blank=True, max_length=20)),
                ('physician', models.CharField(blank=True, max_length=64)),
                ('case_id', models.CharField(blank=True, max_length=64)),
                ('line_number', models.IntegerField(null=True)),
                ('check_id', models.CharField(max_length=64)),
                ('version', models.DateField()),
                ('strength', models.CharField(choices=[('violation', 'Violation'), ('doubtful', 'Doubtful'), ('clue', 'Clue')], max_length=10)),
                ('happened_on', models.DateField(help_text='the day of the service; of a bill, the day on which it ended')),
                ('care_setting', models.CharField(blank=True, max_length=1)),
                ('item', models.CharField(blank=True, max_length=200)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('counted', models.DecimalField(decimal_places=2, max_digits=14)),
                ('evidence', models.TextField(blank=True)),
                ('knowledge', models.CharField(blank=True, max_length=120)),
                ('said_zh', models.TextField()),
                ('said_en', models.TextField()),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
            ],
            options={
                'ordering': ('institution_id', 'case_id', 'line_number', 'check_id'),
                'indexes': [models.Index(fields=['month', 'institution', 'counted', 'id'], name='claim_checks_finding_counted'), models.Index(fields=['month', 'institution', 'case_id'], name='claim_checks_finding_bill'), models.Index(fields=['month', 'check_id', 'institution'], name='claim_checks_finding_check')],
                'constraints': [models.CheckConstraint(condition=models.Q(('counted__gte', 0), ('counted__lte', models.F('amount'))), name='claim_checks_finding_counted')],
            },
        ),
        migrations.CreateModel(
            name='KnowledgeEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_id', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=120)),
                ('ends', models.BooleanField(default=False)),
                ('values', models.JSONField(default=dict)),
                ('before', models.JSONField(default=dict)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='claim_checks.knowledgebatch')),
            ],
            options={
                'ordering': ('batch_id', 'id'),
                'indexes': [models.Index(fields=['check_id', 'key'], name='claim_checks_entry_key')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'key', 'ends'), name='claim_checks_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='SampledFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.IntegerField(help_text='in the order of drawing')),
                ('stratum', models.CharField(max_length=120)),
                ('case_id', models.CharField(blank=True, max_length=64)),
                ('line_number', models.IntegerField(null=True)),
                ('check_id', models.CharField(max_length=64)),
                ('strength', models.CharField(choices=[('violation', 'Violation'), ('doubtful', 'Doubtful'), ('clue', 'Clue')], max_length=10)),
                ('counted', models.DecimalField(decimal_places=2, max_digits=14)),
                ('said_zh', models.TextField()),
                ('said_en', models.TextField()),
                ('verdict', models.CharField(blank=True, choices=[('right', 'Right'), ('wrong', 'Wrong')], default='', max_length=5)),
                ('recover', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('remark', models.CharField(blank=True, default='', max_length=300)),
                ('reviewed_by_name', models.CharField(blank=True, default='', max_length=64)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='claim_checks.sample')),
            ],
            options={
                'ordering': ('sample_id', 'place'),
                'constraints': [models.UniqueConstraint(fields=('sample', 'place'), name='claim_checks_sampled_once'), models.CheckConstraint(condition=models.Q(('recover__isnull', True), models.Q(('recover__gte', 0), ('recover__lte', models.F('counted'))), _connector='OR'), name='claim_checks_sampled_recover')],
            },
        ),
        migrations.CreateModel(
            name='SelfCheckFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('department_code', models.CharField(blank=True, max_length=20)),
                ('physician', models.CharField(blank=True, max_length=64)),
                ('case_id', models.CharField(blank=True, max_length=64)),
                ('line_number', models.IntegerField(null=True)),
                ('check_id', models.CharField(max_length=64)),
                ('version', models.DateField()),
                ('strength', models.CharField(choices=[('violation', 'Violation'), ('doubtful', 'Doubtful'), ('clue', 'Clue')], max_length=10)),
                ('happened_on', models.DateField()),
                ('item', models.CharField(blank=True, max_length=200)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('counted', models.DecimalField(decimal_places=2, max_digits=14)),
                ('said_zh', models.TextField()),
                ('said_en', models.TextField()),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.institution')),
                ('self_check', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='found', to='claim_checks.selfcheck')),
            ],
            options={
                'ordering': ('case_id', 'line_number', 'check_id'),
                'indexes': [models.Index(fields=['self_check', 'counted', 'id'], name='claim_checks_own_finding')],
            },
        ),
        # published results: the close writes them in bulk, pages only read
        Protect("claim_checks_checkedmonth", read=EVERYONE, write="false", grant="SELECT"),
        Protect("claim_checks_billfindings", write="false", grant="SELECT"),
        Protect("claim_checks_finding", write="false", grant="SELECT"),
        Protect("claim_checks_checksum", write="false", grant="SELECT"),
        # a hospital's own checks: of the post's institution alone, not of those above it
        Protect("claim_checks_selfcheck", read=lies_in("self_checking"), write=lies_in("self_checking"),
                grant="SELECT, INSERT, DELETE"),
        Protect("claim_checks_selfcheckfinding", read=lies_in("self_checking"), write=lies_in("self_checking"),
                grant="SELECT, INSERT, DELETE"),
        # reference data: read by all who are signed in, written by who keeps them
        Protect("claim_checks_knowledgebatch", read=EVERYONE, write=holds("keeping_knowledge"),
                grant="SELECT, INSERT, UPDATE"),
        Protect("claim_checks_knowledgeentry", read=EVERYONE, write=holds("keeping_knowledge"),
                grant="SELECT, INSERT"),
        Protect("claim_checks_changeofcheck", read=EVERYONE, write=holds("changing_checks"),
                grant="SELECT, INSERT, UPDATE"),
        Protect("claim_checks_sample", read=lies_in("sampling"), write=lies_in("sampling"), grant="SELECT, INSERT"),
        Protect("claim_checks_sampledfinding", read=lies_in("sampling"), write=lies_in("sampling"),
                grant="SELECT, INSERT, UPDATE"),
    ]
