"""The web server's door."""

import contextlib
import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigongti.config.settings.product")
application = get_wsgi_application()


def _warm_up() -> None:
    """Read the policy before the first visitor waits for it; a wrong one is told by the pages that need it."""
    from yigongti.foundation.errors import YigongtiError
    from yigongti.kernel.access.limits import policy

    with contextlib.suppress(YigongtiError):
        policy()
    # what is loaded now stays for good: searching it for garbage again and again cost a quarter of every page
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


_warm_up()
