"""From a signature to the policy in force: the layer that the product reads is laid from what was published.

The record is in PostgreSQL: signed, published, withdrawn in the transactions of their matters. The folder in the data
folder is made from it, after the commit, by exchanging one small file (foundation/policy/published.py). A process that
was killed between the commit and the folder leaves the old policy in force; the worker lays the new one within a
minute, and so does any later publication. Files carry their days: what is published today for 1 January holds
from 1 January, and the values before it stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.policy import Policy
from yigongti.foundation.policy.published import files_in_force, put_in_force
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.limits import policy_layers
from yigongti.kernel.access.scope import scope
from yigongti.processes.rehearsal.changes import changes_the_past, laid_over
from yigongti.processes.rehearsal.models import Rehearsal, RehearsalFile
from yigongti.processes.rehearsal.protection import LAYING

_LOCK = 20_260_022  # one process lays at a time


def require_publishable(base: Policy, files: Mapping[str, bytes], effective_on: date) -> None:
    """Only values that carry their own days, and new documents that they cite, can be published; nothing past moves.

    Raises InvalidInput naming the file. Tables without days (weights, catalogues) are put into a folder of their own
    and taken up by the dated parameter that names the folder; checks have their own signed changes (adr 0018).
    """
    known = dict(base.release.files)
    for path in files:
        dated = path.startswith("parameters/") and path.endswith(".yaml")
        if not dated and not (path.startswith("sources/") and path not in known):
            raise InvalidInput(
                "rehearsal.not_dated",
                zh="这个文件没有生效日期，可以推演但不能由此公布，请随政策版本发布",
                en="this file has no days: it can be rehearsed, but is published with a release of the policy",
                where=path,
            )
    with laid_over(policy_layers(), files) as changed:
        past = changes_the_past(base, changed, list(files), effective_on)
        if past:
            raise InvalidInput(
                "rehearsal.past_changed",
                zh=f"公布的取值只能自 {effective_on} 起，不能改动此前的取值",
                en=f"what is published holds from {effective_on}: values before that day cannot be changed",
                where=past,
            )


def published_files() -> dict[str, bytes]:
    """All files that were published and not withdrawn, the later in place of the earlier. In a scope of its own."""
    with scope(NOBODY, purpose=LAYING):
        found = RehearsalFile.objects.filter(rehearsal__state=Rehearsal.State.PUBLISHED)
        rows = found.order_by("rehearsal__published_at", "rehearsal_id", "path")
        return {row.path: bytes(row.content) for row in rows}


def lay_published() -> bool:
    """Bring the folder to what the record says. Whether anything had to be written. Safe at any time and from
    several processes."""
    root = Path(settings.PUBLISHED_POLICY)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        wanted = published_files()
        if files_in_force(root) == wanted:
            return False
        root.mkdir(parents=True, exist_ok=True)
        put_in_force(root, wanted)
        return True


def lay_after_commit() -> None:
    """Lay the folder as soon as what was decided is kept."""
    transaction.on_commit(lay_published)


def require_withdrawable(rehearsal: Rehearsal, today: date) -> None:
    """Raises Conflict when its day has begun, or a later publication builds on one of its files."""
    if rehearsal.effective_on <= today:
        raise Conflict(
            "rehearsal.in_force_already",
            zh=f"自 {rehearsal.effective_on} 起已生效，不能撤回；如需改变请另行推演并公布新的取值",
            en="it is in force already: rehearse and publish other values instead",
        )
    paths = rehearsal.files.values_list("path", flat=True)
    later = RehearsalFile.objects.filter(
        path__in=list(paths),
        rehearsal__state=Rehearsal.State.PUBLISHED,
        rehearsal__published_at__gt=rehearsal.published_at,
    ).first()
    if later is not None:
        raise Conflict(
            "rehearsal.later_one_builds_on_it",
            zh=f"第 {later.rehearsal_id} 号推演在它之后公布且改动了同一文件，请先撤回后者",
            en=f"rehearsal {later.rehearsal_id} was published after it and changes the same file: withdraw that first",
            where=later.path,
        )
