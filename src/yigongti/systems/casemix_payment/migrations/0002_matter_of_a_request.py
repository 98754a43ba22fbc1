"""Every request to change a grouping becomes a matter; those that there are get theirs, with their history.

Run by the owner, whom row security shows the rows only while a migration says so (docs/adr/0011). What was asked before
deadlines were counted has none.
"""

import django.db.models.deletion
from django.db import migrations, models

KIND, DESK = "casemix_payment.adjustment", "casemix_payment.answer_change"
STEPS = {"accepted": "accept", "declined": "decline", "withdrawn": "withdraw"}


def give_matters(apps, schema_editor):
    alias = schema_editor.connection.alias
    requests = apps.get_model("casemix_payment", "AdjustmentRequest").objects.using(alias)
    matters = apps.get_model("matters", "Matter").objects.using(alias)
    steps = apps.get_model("matters", "Step").objects.using(alias)
    for request in requests.select_related("institution").order_by("id").iterator():
        ended_at = None if request.state == "asked" else request.answered_at or request.asked_at
        matter = matters.create(
            kind=KIND, subject=f"{request.month}/{request.institution.code}/{request.case_id}",
            title_zh=f"病例 {request.case_id} 的分组异议", title_en=f"Grouping of case {request.case_id}",
            institution_id=request.institution_id, owner_id=request.institution_id, holder_id=request.institution_id,
            department_code=request.department_code, month=request.month, state=request.state, shown=True,
            state_since=ended_at or request.asked_at, desk="" if ended_at else DESK, opened_at=request.asked_at,
            opened_by_id=request.asked_by_id, opened_by_name=request.asked_by_name,
            changed_at=ended_at or request.asked_at, closed_at=ended_at, version=2 if ended_at else 1,
            last_step=2 if ended_at else 1,
        )  # fmt: skip
        steps.create(
            matter=matter, number=1, action="opened", target="asked", words=request.reason, by_id=request.asked_by_id,
            by_name=request.asked_by_name, at=request.asked_at,
        )  # fmt: skip
        if ended_at:
            withdrawn = request.state == "withdrawn"
            steps.create(
                matter=matter, number=2, action=STEPS[request.state], source="asked", target=request.state,
                words=request.answer, at=ended_at,
                by_id=(request.asked_by_id if withdrawn else request.answered_by_id) or 0,
                by_name=request.asked_by_name if withdrawn else request.answered_by_name,
            )  # fmt: skip
        requests.filter(pk=request.pk).update(matter=matter)


class Migration(migrations.Migration):

    dependencies = [
        ('casemix_payment', '0001_initial'),
        ('matters', '0002_letters_and_deadlines'),
    ]

    operations = [
        migrations.AddField(
            model_name='adjustmentrequest',
            name='matter',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.matter'),
        ),
        migrations.RunPython(give_matters, migrations.RunPython.noop),
    ]
