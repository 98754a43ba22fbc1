"""Residents act too, and all of them have the account 0: a line says which resident, and only that one reads it.

Before, "account_id = the scope's account" would have shown every resident the lines of all others.
"""

from django.db import migrations, models

from yigongti.kernel.access.row_security import Protect

OWN = (
    "(account_id > 0 AND account_id = (SELECT scope.account_id()))"
    " OR (by_resident_id > 0 AND by_resident_id = (SELECT scope.resident_id()))"
)


class Migration(migrations.Migration):

    dependencies = [
        ('trail', '0003_by_which_right'),
    ]

    operations = [
        migrations.AddField(
            model_name='trailentry',
            name='by_resident_id',
            field=models.BigIntegerField(default=0, help_text='the resident who acted; 0: staff or nobody'),
        ),
        migrations.AlterField(
            model_name='trailentry',
            name='account_id',
            field=models.BigIntegerField(default=0, help_text='0: nobody was signed in, or a resident acted'),
        ),
        Protect(
            "trail_trailentry",
            read=f"{OWN} OR institution_id <@ (SELECT scope.readable()) OR (SELECT scope.purpose()) = 'sign_in'",
            write=f"{OWN} OR (SELECT scope.purpose()) = 'sign_in'",
            grant="SELECT, INSERT",
        ),
    ]
