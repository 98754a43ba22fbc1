"""The worker process: takes jobs from the queue until it is told to end."""

from __future__ import annotations

import os


def main() -> None:
    """Run the worker in this process; SIGTERM ends it, a running job gets eight seconds and is run anew later."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigongti.config.settings.product")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        # several at a time: long work must not hold up the watch over stalled work, nor a code that somebody waits for
        worker_app.run_worker(concurrency=4, shutdown_graceful_timeout=8, delete_jobs="successful")


if __name__ == "__main__":
    main()
