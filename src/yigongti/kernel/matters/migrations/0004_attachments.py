"""What is handed in with a step is an attachment of kernel/attachments: the number that stood there becomes a key."""

import django.db.models.deletion
from django.db import migrations, models

KEY = """
ALTER TABLE matters_stepattachment ADD CONSTRAINT matters_stepattachment_attachment
    FOREIGN KEY (attachment_id) REFERENCES attachments_attachment (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX matters_stepattachment_attachment ON matters_stepattachment (attachment_id);
"""
NO_KEY = """
DROP INDEX matters_stepattachment_attachment;
ALTER TABLE matters_stepattachment DROP CONSTRAINT matters_stepattachment_attachment;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('attachments', '0001_initial'),
        ('matters', '0003_inbox_indexes'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(KEY, NO_KEY)],
            state_operations=[
                migrations.RemoveConstraint(model_name='stepattachment', name='matters_stepattachment_once'),
                migrations.RemoveField(model_name='stepattachment', name='attachment_id'),
                migrations.AddField(
                    model_name='stepattachment',
                    name='attachment',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment'),
                ),
                migrations.AddConstraint(
                    model_name='stepattachment',
                    constraint=models.UniqueConstraint(fields=('step', 'attachment'), name='matters_stepattachment_once'),
                ),
            ],
        ),
    ]
