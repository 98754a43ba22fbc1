"""What the worker does for the trail: every minute, seal and make months ahead; every night, verify."""

from __future__ import annotations

import logging

from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django import app

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="yigongti.trail_seal", queueing_lock="yigongti.trail_seal")
def seal(timestamp: int) -> None:
    """Seal the views of the last minutes; a run is bounded, the next one goes on."""
    from yigongti.kernel.trail import sealing
    from yigongti.kernel.trail.retention import make_months

    try:
        sealing.seal(at=timezone.now())
        make_months()
    finally:
        connections.close_all()  # the worker's threads come and go


@app.periodic(cron="17 19 * * *")  # UTC: 03:17 in the county
@app.task(name="yigongti.trail_verify", queueing_lock="yigongti.trail_verify")
def verify(timestamp: int) -> None:
    """Verify the whole view log and keep the verdict for the page; a fault also goes into the server's log."""
    from yigongti.kernel.trail import verifying

    try:
        verdict = verifying.verify()
        verifying.keep(verdict, at=timezone.now())
        for fault in verdict.faults:
            log.error("view log: %s", fault.en)
    finally:
        connections.close_all()
