"""Bringing the tables to this version, as the owner, and then opening to `app` what is open."""

from __future__ import annotations

import io

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.database import apply_grants


def migrate() -> list[str]:
    """Run all migrations as yigongti_owner and set the grants; what was done, line by line. Harmless when repeated."""
    if "owner" not in settings.DATABASES:
        raise InvalidInput(
            "database.owner_missing",
            zh="迁移需要 DATABASE_OWNER_URL（yigongti_owner 的连接地址）",
            en="migrations need DATABASE_OWNER_URL, the address of yigongti_owner",
        )
    told = io.StringIO()
    call_command("migrate", database="owner", interactive=False, verbosity=1, stdout=told)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        apply_grants(cursor, secret=settings.SECRET_KEY)
    connections["owner"].close()
    return [line.strip() for line in told.getvalue().splitlines() if line.startswith("  ")]
