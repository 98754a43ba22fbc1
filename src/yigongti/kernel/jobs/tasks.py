"""The one task of the queue, and the watch over work whose worker was killed."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app


@app.task(name="yigongti.run_job")
def run_job(job_id: int) -> None:
    """Run the job of that number."""
    from django.db import connections

    from yigongti.kernel.jobs.public import run

    try:
        run(job_id)
    finally:
        connections.close_all()  # the worker's threads come and go


@app.periodic(cron="* * * * *")
@app.task(name="yigongti.retry_stalled", queueing_lock="yigongti.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Work whose worker has not been heard of for half a minute goes back into the queue."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs():
        await manager.retry_job(stalled)
